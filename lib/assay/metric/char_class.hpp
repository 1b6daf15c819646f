// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

namespace assay {

/// What a mask makes of an ASCII character: '9' for a digit, 'a' and 'A' for letters, ' ' for white
/// space, and the character itself for everything else.
constexpr char class_of(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return '9';
    }
    if (c >= 'a' && c <= 'z') {
        return 'a';
    }
    if (c >= 'A' && c <= 'Z') {
        return 'A';
    }
    return c >= '\t' && c <= '\r' ? ' ' : c;
}

} // namespace assay
