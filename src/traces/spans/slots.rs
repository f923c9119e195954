//! The attributes that matter, by all their names.
//!
//! In: the name of an attribute. Out: its [`Slot`].
//! Invariant: new and old names of one thing are neighbours; the order is the order of preference.
//! Never: values.

macro_rules! slots {
    ($($(#[$doc:meta])* $slot:ident = $($name:literal)|+;)+) => {
        /// What an attribute tells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Slot { $($(#[$doc])* $slot,)+ }

        impl Slot {
            /// All slots, in order.
            pub const ALL: &'static [Self] = &[$(Self::$slot,)+];

            /// The slot of the attribute `name`.
            #[inline]
            pub fn of(name: &[u8]) -> Option<Self> {
                match name { $($($name)|+ => Some(Self::$slot),)+ _ => None }
            }
        }
    };
}

slots! {
    /// The service that made the span.
    Service = b"service.name";
    /// Whose service it is; names are unique within it only.
    Namespace = b"service.namespace";
    /// Deployment environment, new name.
    Environment = b"deployment.environment.name";
    /// Deployment environment, old name.
    OldEnvironment = b"deployment.environment";
    /// Span name or operation (no attribute).
    Name = b"\0name";
    /// Remote endpoint of Zipkin (no attribute).
    Remote = b"\0remote";
    /// The peer, new name.
    Peer = b"service.peer.name";
    /// The peer, old name.
    OldPeer = b"peer.service";
    /// Host of the server.
    ServerAddress = b"server.address";
    /// Host of the peer, old name.
    NetPeer = b"net.peer.name" | b"net.sock.peer.name" | b"peer.hostname" | b"out.host";
    /// Envoy's name for where a request goes.
    Cluster = b"upstream_cluster.name" | b"upstream_cluster";
    /// Where a request goes (of a calling span, and kept as its host only).
    Url = b"url.full" | b"http.url" | b"http.host" | b"db.connection_string" | b"db.url";
    /// Socket address of the peer.
    PeerSocket = b"net.sock.peer.addr" | b"net.peer.ip";
    /// Network address of the peer.
    PeerAddress = b"network.peer.address" | b"peer.address" | b"peer.ipv4" | b"peer.ipv6";
    /// Database product, new name.
    DbSystem = b"db.system.name";
    /// Database product, old name.
    OldDbSystem = b"db.system" | b"db.type";
    /// Database name, new name.
    DbNamespace = b"db.namespace";
    /// Database name, old name.
    DbName = b"db.name" | b"db.instance";
    /// Table or collection.
    DbTable = b"db.collection.name";
    /// Table or collection, old names.
    OldDbTable = b"db.sql.table" | b"db.mongodb.collection" | b"db.cassandra.table";
    /// Operation on the database.
    DbOperation = b"db.operation.name";
    /// Operation on the database, old name.
    OldDbOperation = b"db.operation";
    /// Statement (kept as tables only).
    Statement = b"db.query.text" | b"db.statement";
    /// Table read by a statement (no attribute).
    Reads = b"\0reads";
    /// Table written by a statement (no attribute).
    Writes = b"\0writes";
    /// Messaging product.
    MessagingSystem = b"messaging.system";
    /// Topic or queue template.
    DestinationTemplate = b"messaging.destination.template";
    /// Topic or queue.
    Destination = b"messaging.destination.name";
    /// Topic or queue, old names.
    OldDestination = b"messaging.destination" | b"kafka.topic" | b"message_bus.destination";
    /// What is done with the message.
    MessagingOperation = b"messaging.operation.type" | b"messaging.operation";
    /// RPC product.
    RpcSystem = b"rpc.system.name" | b"rpc.system";
    /// RPC service, old split.
    RpcService = b"rpc.service";
    /// RPC method.
    RpcMethod = b"rpc.method";
    /// RPC result as a name.
    RpcStatus = b"rpc.response.status_code" | b"rpc.status_code" | b"rpc.grpc.status_code" | b"grpc.status_code";
    /// HTTP method.
    HttpMethod = b"http.request.method";
    /// HTTP method, old name.
    OldHttpMethod = b"http.method";
    /// HTTP route.
    Route = b"http.route";
    /// HTTP status.
    HttpStatus = b"http.response.status_code" | b"http.status_code";
    /// Times the request was sent again.
    Resend = b"http.request.resend_count" | b"http.resend_count";
    /// Error tag of `OpenTracing` and Zipkin.
    Error = b"error";
    /// Kind of error.
    ErrorType = b"error.type";
    /// Status of `OpenTelemetry` in foreign formats.
    StatusCode = b"otel.status_code";
    /// Kind of span in foreign formats.
    Kind = b"span.kind";
    /// Source file.
    CodeFile = b"code.file.path";
    /// Source file, old name.
    OldCodeFile = b"code.filepath";
    /// Function.
    CodeFunction = b"code.function.name";
    /// Function, old name.
    OldCodeFunction = b"code.function";
    /// Namespace.
    CodeNamespace = b"code.namespace";
    /// Module of Rust's tracing.
    CodeModule = b"code.module.name" | b"code.module" | b"target";
    /// Sampler of Jaeger clients.
    SamplerType = b"sampler.type";
    /// Parameter of the sampler.
    SamplerParam = b"sampler.param";
    /// Probability of sampling, 0 to 1, as a number.
    SamplingRatio = b"sampling.probability" | b"sampling.ratio";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_new_names_meet() {
        assert_eq!(Slot::of(b"db.query.text"), Slot::of(b"db.statement"));
        assert_eq!(
            Slot::of(b"http.response.status_code"),
            Some(Slot::HttpStatus)
        );
        assert_eq!(Slot::of(b"http.target"), None);
    }
}
