//! The system's proxy: for encrypted requests to the internet, and for nothing else.

use std::process::Command;
use std::time::Duration;

use bridge_domain::ErrorCode;
use bridge_gate::Request;

use crate::support::*;

/// Set in the child, which alone has a proxy in its environment.
const INSIDE: &str = "GATE_BEHIND_PROXY";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn x1_the_proxy_gets_encrypted_requests_to_the_internet_only() {
    if std::env::var_os(INSIDE).is_some() {
        return runtime().block_on(behind_proxy());
    }
    runtime().block_on(async {
        let proxy = Server::always(response(403, "", "blocked")).await;
        let url = format!("http://127.0.0.1:{}", proxy.port);
        let child = tokio::task::spawn_blocking(move || {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args([
                "--exact",
                "proxy::x1_the_proxy_gets_encrypted_requests_to_the_internet_only",
                "--nocapture",
            ]);
            for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
                command.env(name, &url);
            }
            command.env(INSIDE, "1").env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap()
        });
        let output = child.await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let seen = proxy.seen();
        assert_eq!(seen.len(), 2, "{seen:?}");
        assert!(seen[0].starts_with("CONNECT public.test:443 ") && seen[1].starts_with("CONNECT unknown.test:443 "));
        assert!(seen.iter().all(|request| !request.contains("q=1")));
    });
}

async fn behind_proxy() {
    let names = FakeNames::new(&[
        ("public.test", "203.0.113.7"),
        ("inside.test", "10.0.0.1"),
        ("metadata.test", "169.254.169.254"),
    ]);
    let gate = gate_with_names(&names);
    for host in ["public.test", "unknown.test"] {
        let failure = send(&gate, get(format!("https://{host}/?q=1")), &[]).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::Offline, "{failure:?}");
        assert!(failure.error.message.contains("proxy"), "{failure:?}");
    }
    for (host, code) in [
        ("inside.test", ErrorCode::NotGranted),
        ("metadata.test", ErrorCode::RequestRefused),
        ("127.0.0.1", ErrorCode::NotGranted),
        ("169.254.169.254", ErrorCode::RequestRefused),
    ] {
        let failure = send(&gate, get(format!("https://{host}/")), &[]).await.unwrap_err();
        assert_eq!(failure.error.code, code, "{host}: {failure:?}");
    }
    // Plain, or granted: directly, whatever comes of it. The proxy counts what it gets.
    let server = Server::always(response(200, "", "direct")).await;
    let body = send(&gate, get(server.url("/")), &[server.grant()]).await.unwrap().bytes().await.unwrap();
    assert_eq!(body, b"direct");
    let request = Request { timeout: Duration::from_millis(300), ..get("http://public.test/") };
    drop(send(&gate, request, &[]).await);
    let granted = [grant("public.test", 443)];
    let request = Request { timeout: Duration::from_millis(300), ..get("https://public.test/") };
    drop(send(&gate, request, &granted).await);
}
