CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, partner_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS payments (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, cents INTEGER NOT NULL, purpose TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS subscriptions (user_id INTEGER PRIMARY KEY, plan TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notices (article_id INTEGER NOT NULL, title TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entitlements (user_id INTEGER NOT NULL, product TEXT NOT NULL, PRIMARY KEY (user_id, product));
CREATE TABLE IF NOT EXISTS articles (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL, premium INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS article_stats (article_id INTEGER PRIMARY KEY, views INTEGER NOT NULL DEFAULT 0, comments INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS comments (id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS threads (article_id INTEGER PRIMARY KEY, title TEXT NOT NULL);

WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT OR IGNORE INTO users SELECT i, 'Reader ' || i, 'partner-' || (i % 7) FROM n;

WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
INSERT OR IGNORE INTO payments SELECT i, 1 + i % 100, 499 + i % 5 * 100, 'plan' FROM n;

WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 48)
INSERT OR IGNORE INTO articles
SELECT i, 'Article ' || i, replace(hex(zeroblob(60)), '00', 'It was a **dark** and *stormy* night, said the editor of the "Gazette" -- more in [[' || (1 + i % 47) || ']].' || char(10)), i % 6 = 0 FROM n;

INSERT OR IGNORE INTO article_stats (article_id) SELECT id FROM articles;
