from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    stock_service_url: str = 'http://localhost:8001'


class MailSettings(BaseSettings):
    mail_url: str = ''

    class Config:
        env_prefix = 'SHOP_'
