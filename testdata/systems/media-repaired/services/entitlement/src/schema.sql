CREATE TABLE IF NOT EXISTS entitlements (user_id INTEGER NOT NULL, product TEXT NOT NULL, PRIMARY KEY (user_id, product));
