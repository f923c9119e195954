CREATE TABLE IF NOT EXISTS articles (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL, premium INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS article_stats (article_id INTEGER PRIMARY KEY, views INTEGER NOT NULL DEFAULT 0, comments INTEGER NOT NULL DEFAULT 0);

WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 48)
INSERT OR IGNORE INTO articles SELECT i, 'Article ' || i, 'It was a dark and stormy night.', i % 6 = 0 FROM n;

INSERT OR IGNORE INTO article_stats (article_id) SELECT id FROM articles;
