//! Bodies both ways: forms, large ones, slow ones, compressed ones; and headers that may not be set.

use std::io::Write;
use std::time::{Duration, Instant};

use bridge_domain::ErrorCode;
use bridge_gate::{Body, Gate, Part, Request, retry_after};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use crate::support::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn compressed_bodies_are_decompressed() {
    let gate = Gate::new().unwrap();
    let text = "Grüße, 天気 ".repeat(20_000);
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(text.as_bytes()).unwrap();
    let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
    bare.write_all(text.as_bytes()).unwrap();
    let (first, second) = text.as_bytes().split_at(1000);
    for (encoding, body) in [
        ("gzip", gzip(text.as_bytes())),
        ("GZIP", [gzip(first), gzip(second)].concat()),
        ("x-gzip", gzip(text.as_bytes())),
        ("deflate", zlib.finish().unwrap()),
        ("deflate", bare.finish().unwrap()),
        ("identity", text.clone().into_bytes()),
    ] {
        let server = Server::always(response(200, &format!("content-encoding: {encoding}\r\n"), body)).await;
        let response = send(&gate, get(server.url("/")), &[server.grant()]).await.unwrap();
        let told = response.headers.iter().any(|(name, _)| name == "content-encoding");
        assert_eq!(told, encoding == "identity");
        assert_eq!(response.bytes().await.unwrap(), text.as_bytes(), "{encoding}");
        assert_eq!(header(&server.seen()[0], "accept-encoding"), Some("gzip, deflate"));
    }
    let server = Server::always(response(200, "content-encoding: gzip\r\n", "")).await;
    let request = Request { method: "HEAD".to_owned(), ..get(server.url("/")) };
    assert_eq!(send(&gate, request, &[server.grant()]).await.unwrap().bytes().await.unwrap(), b"");
}

#[tokio::test(flavor = "multi_thread")]
async fn p7_a_small_body_that_becomes_a_huge_one_is_stopped() {
    let gate = Gate::new().unwrap();
    // 256 MiB of zeros in about 256 KiB.
    let bomb = gzip(&vec![0; 256 << 20]);
    assert!(bomb.len() < 300_000);
    let server = Server::always(response(200, "content-encoding: gzip\r\n", bomb)).await;
    for max_body in [0, 1000, 1 << 20] {
        let request = Request { max_body, ..get(server.url("/")) };
        let mut response = send(&gate, request, &[server.grant()]).await.unwrap();
        let mut taken = 0;
        let failure = loop {
            match response.chunk().await {
                Ok(part) => taken += part.expect("it has no end within the cap").len() as u64,
                Err(failure) => break failure,
            }
        };
        assert_eq!(failure.error.code, ErrorCode::AnswerTooLarge);
        assert!(taken <= max_body, "{taken}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p7_bodies_beyond_the_cap_are_stopped() {
    let gate = Gate::new().unwrap();
    let body = vec![b'x'; 100_000];
    let endless =
        b"HTTP/1.1 200 X\r\nconnection: close\r\n\r\n".iter().copied().chain(body.clone()).collect::<Vec<_>>();
    for response in [response(200, "", &body), endless] {
        let server = Server::always(response).await;
        for (max_body, fits) in [(99_999, false), (100_000, true), (0, false)] {
            let request = Request { max_body, ..get(server.url("/")) };
            let read = send(&gate, request, &[server.grant()]).await.unwrap().bytes().await;
            assert_eq!(read.is_ok(), fits, "{max_body}");
            if let Err(failure) = read {
                assert_eq!(failure.error.code, ErrorCode::AnswerTooLarge);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p7_broken_and_unknown_compression_is_told() {
    let gate = Gate::new().unwrap();
    let whole = gzip(b"some text that is long enough to be cut");
    for (encoding, body) in [
        ("gzip", whole[..whole.len() - 6].to_vec()),
        ("gzip", b"<html>not gzip</html>".to_vec()),
        ("gzip", [&whole[..], b"rubbish behind it"].concat()),
        ("deflate", vec![0x78, 0xff, 1, 2]),
        ("br", b"anything".to_vec()),
        ("gzip, gzip", whole.clone()),
    ] {
        let server = Server::always(response(200, &format!("content-encoding: {encoding}\r\n"), body)).await;
        let failure = send(&gate, get(server.url("/")), &[server.grant()]).await.unwrap().bytes().await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::BadAnswer, "{encoding}: {failure:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_the_time_is_for_the_whole_exchange() {
    let gate = Gate::new().unwrap();
    // One byte at a time, for ever: in the head, or in the body.
    for head in [&b"HTTP/1.1 200 X\r\nx-slow: "[..], b"HTTP/1.1 200 X\r\n\r\n"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let head = head.to_vec();
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            socket.write_all(&head).await.unwrap();
            while socket.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
        let request = Request { timeout: Duration::from_millis(400), ..Request::get(url) };
        let started = Instant::now();
        let failure = match send(&gate, request, &[grant("127.0.0.1", port)]).await {
            Ok(response) => response.bytes().await.unwrap_err(),
            Err(failure) => failure,
        };
        assert_eq!(failure.error.code, ErrorCode::Timeout, "{failure:?}");
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        // The connection is closed, so that the server notices.
        tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_a_body_that_breaks_off_is_not_whole() {
    let gate = Gate::new().unwrap();
    for broken in [
        &b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\nhalf"[..],
        b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ] {
        let server = Server::always(broken.to_vec()).await;
        let failure = send(&gate, get(server.url("/")), &[server.grant()]).await.unwrap().bytes().await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::Interrupted, "{failure:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_written_so_that_no_name_ends_early() {
    let gate = Gate::new().unwrap();
    let server = Server::always(response(200, "", "")).await;
    let part = |name: &str, file: Option<&str>, kind: Option<&str>, content: &[u8]| Part {
        name: name.to_owned(),
        file_name: file.map(str::to_owned),
        mime_type: kind.map(str::to_owned),
        content: content.to_vec(),
    };
    let parts = vec![
        part("a", None, None, b"1"),
        part("x\"\r\nEvil: 1", Some("naïve\".txt"), Some("text/plain"), b"file\r\n--bound\r\n"),
        part("c", Some("raw"), None, &[b'z'; 3]),
    ];
    let mut request = get(server.url("/"));
    request.method = "POST".to_owned();
    request.headers = vec![("Content-Type".to_owned(), "multipart/form-data; boundary=mine".to_owned())];
    request.body = Body::Multipart(parts);
    send(&gate, request.clone(), &[server.grant()]).await.unwrap();
    let seen = server.seen().remove(0);
    let boundary = header(&seen, "content-type").unwrap().split_once("boundary=").unwrap().1.to_owned();
    let body = seen.split_once("\r\n\r\n").unwrap().1;
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--{boundary}\r\nContent-Disposition: \
         form-data; name=\"x%22%0D%0AEvil: 1\"; filename=\"naïve%22.txt\"\r\nContent-Type: text/plain\r\n\r\nfile\r\n\
         --bound\r\n\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"c\"; filename=\"raw\"\r\nContent-Type: \
         application/octet-stream\r\n\r\nzzz\r\n--{boundary}--\r\n"
    );
    assert_eq!(body, expected);
    request.body = Body::Multipart(vec![part("a", Some("f"), Some("text/plain\r\nEvil: 1"), b"")]);
    assert_eq!(send(&gate, request, &[server.grant()]).await.unwrap_err().error.code, ErrorCode::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_headers_that_frame_a_message_are_refused() {
    let gate = Gate::new().unwrap();
    let server = Server::always(response(200, "", "")).await;
    for (name, value) in [
        ("Host", "evil.example"),
        ("host", "169.254.169.254"),
        ("Content-Length", "3"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "upgrade"),
        ("Upgrade", "h2c"),
        ("Proxy-Authorization", "Basic x"),
        ("X-Evil", "a\r\nX-Other: b"),
        ("X-Evil\r\nX-Other", "a"),
        ("", "a"),
        ("X Y", "a"),
    ] {
        let request = Request { headers: vec![(name.to_owned(), value.to_owned())], ..get(server.url("/")) };
        let failure = send(&gate, request, &[server.grant()]).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::InvalidInput, "{name}");
    }
    for method in ["", "GET /x", "G\r\nET", "CONNECT", "TRACE"] {
        let request = Request { method: method.to_owned(), ..get(server.url("/")) };
        let failure = send(&gate, request, &[server.grant()]).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::InvalidInput, "{method}");
    }
    assert_eq!(server.requests(), 0);
    let own_host = vec![("Host".to_owned(), format!("127.0.0.1:{}", server.port))];
    send(&gate, Request { headers: own_host, ..get(server.url("/")) }, &[server.grant()]).await.unwrap();
    assert_eq!(server.seen()[0].to_lowercase().matches("\nhost:").count(), 1);
}

#[test]
fn waits_are_read_in_all_their_forms() {
    let wait = |name: &str, value: &str| retry_after(&[(name.to_owned(), value.to_owned())]);
    assert_eq!(wait("Retry-After", "7"), Some(Duration::from_secs(7)));
    assert_eq!(wait("retry-after-ms", "250"), Some(Duration::from_millis(250)));
    assert_eq!(wait("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
    assert_eq!(wait("retry-after", "1e300"), Some(Duration::from_secs(86_400)));
    for other in ["", "soon", "-1", "NaN"] {
        assert_eq!(wait("retry-after", other), None, "{other}");
    }
    let ahead = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(100));
    assert!(wait("retry-after", &ahead).is_some_and(|wait| wait <= Duration::from_secs(100)));
}
