use auth::client::AuthClient;

#[tokio::main]
async fn main() {
    let auth = AuthClient::new(std::env::var("AUTH_ADDRESS").unwrap()).await;
    axum::serve(listener(), routes(auth)).await;
}
