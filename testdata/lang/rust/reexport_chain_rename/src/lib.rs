mod def;
mod first;
mod second;
mod user;
