from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    user_topic: str = "users"


settings = Settings()
