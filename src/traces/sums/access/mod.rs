//! Access logs, one file for each way to write them.
//!
//! In: text, one request a line. Out: kinds of sums, registered in the list above.
//! Invariant: the way of writing is told by content.
//! Never: what two ways share; that is in `request`.

pub(super) mod alb;
pub(super) mod combined;
pub(super) mod envoy;
pub(super) mod request;

#[cfg(test)]
mod tests {
    use super::request::Line;
    use super::{alb, combined, envoy};

    fn shown(line: Line, text: &str) -> (String, String, u16, Option<u64>) {
        let found = line(text.as_bytes()).unwrap_or_default();
        (found.service, found.operation, found.status, found.nanos)
    }

    fn wanted(
        service: &str,
        operation: &str,
        status: u16,
        nanos: Option<u64>,
    ) -> (String, String, u16, Option<u64>) {
        (service.to_owned(), operation.to_owned(), status, nanos)
    }

    #[test]
    fn lines_of_web_servers_are_requests() {
        for (line, operation, status, nanos) in [
            (
                r#"10.0.0.1 - - [10/Oct/2025:13:55:36 +0000] "GET /orders/17?x=1 HTTP/1.1" 200 2326"#,
                "GET /orders/{}",
                200,
                None,
            ),
            (
                r#"10.0.0.1 - frank [10/Oct/2025:13:55:36 +0000] "POST /cart HTTP/2.0" 502 - "http://a/b" "Mozilla \"5\"" 0.250"#,
                "POST /cart",
                502,
                Some(250_000_000),
            ),
            (
                r#"shop.acme.com:443 ::1 - - [10/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 404 5 "-" "curl" 1500"#,
                "GET /",
                404,
                Some(1_500_000),
            ),
            (
                r#"1.1.1.1 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl" rt=0.005 uct="0.000""#,
                "GET /a",
                200,
                Some(5_000_000),
            ),
            (
                r#"1.1.1.1 - - [10/Oct/2025:13:55:36 +0000] "\x16\x03" 400 0"#,
                "-",
                400,
                None,
            ),
        ] {
            assert_eq!(
                shown(combined::request, line),
                wanted("", operation, status, nanos),
                "{line}"
            );
        }
        for none in [
            "",
            "hello",
            "[10/Oct/2025] x",
            "a;b;c 12",
            r#"{"a":1}"#,
            "2025-10-10 INFO GET /a 200",
        ] {
            assert_eq!(combined::request(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn lines_of_proxies_are_requests() {
        let json = r#"{"method":"GET","path":"/reviews/0?x","response_code":503,"duration":12,"authority":"reviews:9080","upstream_cluster":"outbound|9080||reviews.default.svc.cluster.local"}"#;
        assert_eq!(
            shown(envoy::request, json),
            wanted("reviews", "GET /reviews/{}", 503, Some(12_000_000))
        );
        let nginx = r#"{"request":"GET /a/1 HTTP/1.1","status":"200","request_time":"0.5"}"#;
        assert_eq!(
            shown(envoy::request, nginx),
            wanted("", "GET /a/{}", 200, Some(500_000_000))
        );
        let text = r#"[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0" "locations" "tcp://10.0.2.1:80""#;
        assert_eq!(
            shown(envoy::request, text),
            wanted(
                "locations",
                "POST /api/v1/locations",
                204,
                Some(226_000_000)
            )
        );
        let istio = r#"[2020-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 135 4 4 "-" "curl/7.73.0-DEV" "84961386-6d84-929d-98bd-c5aee93b5c88" "httpbin:8000" "127.0.0.1:80" inbound|8000|| 127.0.0.1:41854"#;
        assert_eq!(
            shown(envoy::request, istio),
            wanted("httpbin", "GET /status/{}", 418, Some(4_000_000))
        );
        let alb = r#"https 2018-07-02T22:23:00.186641Z app/lb/50dc 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/orders/9 HTTP/1.1" "curl/7.46.0" ECDHE TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337281" "www.example.com""#;
        assert_eq!(
            shown(alb::request, alb),
            wanted("shop", "GET /orders/{}", 200, Some(171_000_000))
        );
        let failed = alb.replace("0.086 0.048 0.037 200 200", "-1 -1 -1 504 -");
        assert_eq!(
            shown(alb::request, &failed),
            wanted("shop", "GET /orders/{}", 504, None)
        );
        assert_eq!(envoy::request(br#"{"traceId":"a","method":"GET"}"#), None);
    }
}
