//! Connections that are not HTTP: the same rules, and certificates that are checked.

use bridge_domain::{CredentialKind, ErrorCode};
use bridge_gate::{Access, Gate};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::*;

/// Greets, and encrypts first where it has a certificate.
async fn greeter(acceptor: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            match &acceptor {
                None => drop(socket.write_all(b"220 plain").await),
                Some(acceptor) => {
                    if let Ok(mut socket) = acceptor.accept(socket).await {
                        let _ = socket.write_all(b"220 encrypted").await;
                        let _ = socket.shutdown().await;
                    }
                }
            }
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_connections_need_a_grant_for_host_and_port() {
    let gate = Gate::new().unwrap();
    let port = greeter(None).await;
    for host in ["127.0.0.1", "0x7f.1", "localhost", "::1", "[::1]", "::ffff:127.0.0.1"] {
        let failure = gate.connect(host, port, &Access::default()).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::NotGranted, "{host}");
        let other = [grant(host, port.wrapping_add(1))];
        let failure = gate.connect(host, port, &Access { grants: &other, credential: None }).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::NotGranted, "{host}");
    }
    for host in ["127.0.0.1", "localhost", "2130706433"] {
        let granted = [grant(host, port)];
        let mut stream = gate.connect(host, port, &Access { grants: &granted, credential: None }).await.unwrap();
        let mut greeting = String::new();
        stream.read_to_string(&mut greeting).await.unwrap();
        assert_eq!(greeting, "220 plain");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x2_connections_are_held_to_the_hosts_of_the_credential() {
    let gate = Gate::new().unwrap();
    let port = greeter(None).await;
    let grants = [grant("127.0.0.1", port), grant("localhost", port)];
    let place = format!("127.0.0.1:{port}");
    let credential = credential(CredentialKind::Smtp, &[&place], &[("password", SECRET)]);
    let access = Access { grants: &grants, credential: Some(&credential) };
    gate.connect("127.0.0.1", port, &access).await.unwrap();
    let failure = gate.connect("localhost", port, &access).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::RequestRefused);
    let failure = gate.connect("127.0.0.1", port.wrapping_add(1), &access).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::RequestRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn encrypted_connections_check_the_certificate_and_its_name() {
    let (acceptor, trusting) = encryption(&["localhost"]);
    let port = greeter(Some(acceptor)).await;
    let grants = [grant("localhost", port), grant("127.0.0.1", port)];
    let access = Access { grants: &grants, credential: None };
    let mut stream = trusting.connect_tls("localhost", port, &access).await.unwrap();
    let mut greeting = String::new();
    stream.read_to_string(&mut greeting).await.unwrap();
    assert_eq!(greeting, "220 encrypted");
    // A connection that begins plain is encrypted later.
    let plain = trusting.connect("127.0.0.1", port, &access).await.unwrap();
    let mut stream = trusting.start_tls(plain, "localhost").await.unwrap();
    greeting.clear();
    stream.read_to_string(&mut greeting).await.unwrap();
    assert_eq!(greeting, "220 encrypted");
    // Another name, an unknown authority, no encryption at all.
    let failure = trusting.connect_tls("127.0.0.1", port, &access).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::TlsFailed);
    let failure = Gate::new().unwrap().connect_tls("localhost", port, &access).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::TlsFailed);
    let plain = greeter(None).await;
    let grants = [grant("localhost", plain)];
    let access = Access { grants: &grants, credential: None };
    let failure = trusting.connect_tls("localhost", plain, &access).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::TlsFailed, "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p11_nothing_there_is_told() {
    let gate = Gate::new().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let grants = [grant("127.0.0.1", port)];
    let access = Access { grants: &grants, credential: None };
    assert_eq!(gate.connect("127.0.0.1", port, &access).await.unwrap_err().error.code, ErrorCode::ConnectionRefused);
    let failure = gate.connect("no-such-host.invalid", 25, &Access::default()).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::Offline);
    let failure = send(&gate, get(format!("http://127.0.0.1:{port}/")), &grants).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::ConnectionRefused);
}
