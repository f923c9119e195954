from app.codec import encode
encode()
