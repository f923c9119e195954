mod damaged;
mod sound;
