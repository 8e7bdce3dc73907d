//! P9: redirects. The key and what the user wrote stay with the host they were given for.

use bridge_domain::{ErrorCode, FinishReason};

use crate::support::*;

fn redirect(status: u16, to: &str) -> Vec<u8> {
    response(status, &format!("location: {to}\r\n"), "")
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_nothing_goes_to_another_origin() {
    for status in [301, 302, 303, 307, 308] {
        let other = FaultServer::always(stream_of(recording("openai"))).await;
        for target in [
            format!("http://127.0.0.1:{}/v1/chat/completions", other.port),
            format!("http://localhost:{}/v1/chat/completions", other.port),
            format!("//127.0.0.1:{}/x", other.port),
            format!("http://user:pass@127.0.0.1:{}/x", other.port),
            format!("http://[::ffff:127.0.0.1]:{}/x", other.port),
            format!("http://0x7f000001:{}/x", other.port),
        ] {
            let server = FaultServer::always(redirect(status, &target)).await;
            for id in ["openai", "anthropic", "gemini", "custom"] {
                let error = ask(id, &server.url(), quick()).await.error();
                assert_eq!(error.code, ErrorCode::CaptivePortal, "{status} {target}: {error:?}");
                assert!(!error.message.contains("pass"), "{error:?}");
                let error = model_at(id, &server.url(), quick()).models().await.unwrap_err();
                assert_eq!(error.code, ErrorCode::CaptivePortal, "{status} {target}: {error:?}");
            }
        }
        assert_eq!(other.requests(), 0, "{status}: something was sent to another origin");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_other_schemes_and_forbidden_addresses_are_not_followed() {
    for target in [
        "https://127.0.0.1:1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://example.invalid/x",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ] {
        let server = FaultServer::always(redirect(307, target)).await;
        let error = ask("openai", &server.url(), quick()).await.error();
        assert_eq!(error.code, ErrorCode::CaptivePortal, "{target}: {error:?}");
        assert_eq!(server.requests(), 1, "{target}");
    }
    let server = FaultServer::always(redirect(307, "http://[broken")).await;
    assert_eq!(ask("openai", &server.url(), quick()).await.error().code, ErrorCode::RequestRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_within_the_origin_a_redirect_that_repeats_the_request_is_followed() {
    for status in [307, 308] {
        let scripts = vec![
            vec![Step::Send(redirect(status, "/elsewhere?x=1"))],
            vec![Step::Send(stream_of(recording("openai")))],
        ];
        let server = FaultServer::start(scripts).await;
        assert_eq!(ask("openai", &server.url(), quick()).await.end, Ok(FinishReason::Stop));
        let seen = server.seen();
        assert_eq!(seen[1].path(), "/elsewhere?x=1");
        assert_eq!(seen[1].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
        assert_eq!(seen[0].body, seen[1].body);
    }
    // 302 and 303 would turn the question into a GET: another request than the one that was made.
    for status in [301, 302, 303] {
        let server = FaultServer::always(redirect(status, "/sign-in")).await;
        assert_eq!(ask("openai", &server.url(), quick()).await.error().code, ErrorCode::CaptivePortal);
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_a_circle_of_redirects_ends() {
    for status in [307, 308] {
        let server = FaultServer::always(redirect(status, "/again")).await;
        assert_eq!(ask("openai", &server.url(), quick()).await.error().code, ErrorCode::RequestRefused);
        assert!(server.requests() <= 5);
    }
    let server = FaultServer::always(redirect(302, "/again")).await;
    let error = model_at("openai", &server.url(), quick()).models().await.unwrap_err();
    assert_eq!(error.code, ErrorCode::RequestRefused);
}
