use crate::proto::auth_client::AuthServiceClient;

pub struct AuthClient(AuthServiceClient<tonic::transport::Channel>);

impl AuthClient {
    pub async fn new(url: String) -> Self {
        Self(AuthServiceClient::connect(url).await.unwrap())
    }
}
