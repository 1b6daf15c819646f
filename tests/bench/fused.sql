-- SPDX-License-Identifier: MIT
-- What somebody without assay would write: the numbers of every column in one statement. uuid has no
-- order in Postgres 15, so tracking goes without its ends.
SELECT count(*),
    count(order_id), count(DISTINCT order_id), min(order_id), max(order_id),
    count(customer_id), count(DISTINCT customer_id), min(customer_id), max(customer_id),
    count(status), count(DISTINCT status), min(status), max(status),
    count(email), count(DISTINCT email), min(email), max(email),
    count(phone), count(DISTINCT phone), min(phone), max(phone),
    count(country), count(DISTINCT country), min(country), max(country),
    count(amount), count(DISTINCT amount), min(amount), max(amount),
    count(discount), count(DISTINCT discount), min(discount), max(discount),
    count(notes), count(DISTINCT notes), min(notes), max(notes),
    count(tracking), count(DISTINCT tracking),
    count(created_at), count(DISTINCT created_at), min(created_at), max(created_at),
    count(priority), count(DISTINCT priority), min(priority), max(priority),
    percentile_cont(ARRAY[0.05, 0.25, 0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY amount),
    percentile_cont(ARRAY[0.05, 0.25, 0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY discount),
    percentile_cont(ARRAY[0.05, 0.25, 0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY priority)
FROM orders;
