mod everything;
mod facade;
mod user;
