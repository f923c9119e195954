use auth::proto::auth_server::AuthServiceServer;

#[tokio::main]
async fn main() {
    let server = tonic::transport::Server::builder();
    server.add_service(AuthServiceServer::new(Auth)).serve("0.0.0.0:50051".parse().unwrap()).await;
}
