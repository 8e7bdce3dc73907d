//! E-mail over real servers: what SMTP takes, IMAP gives back.

use bridge_domain::{CredentialKind, ErrorCode};
use serde_json::json;

use crate::mail_server::{Mail, PASSWORD, USER};
use crate::stage::{Stage, credential, loopback};

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_sent_and_read_again() {
    let Some(mail) = Mail::start("starttls") else { return };
    let stage = Stage::trusting(vec![mail.root.clone()]).await;
    messages_arrive_as_they_were_sent(&mail, &stage).await;
    what_would_be_another_header_is_refused(&mail, &stage).await;
    servers_and_accounts_are_checked(&mail, &stage).await;
    odd_messages_are_read(&mail, &stage).await;
    folders_days_and_limits_are_kept(&mail, &stage).await;
}

async fn messages_arrive_as_they_were_sent(mail: &Mail, stage: &Stage) {
    let config = json!({
        "to": "Bob <bob@example.com>, cy@example.com", "cc": "di@example.com", "bcc": "eve@example.com", "reply_to": "answers@example.com",
        "subject": "=Grüße an {{ $json.name }}", "body": "=<p>{{ $json.name }} ✓</p>\n.\nend", "body_kind": "html", "attachments": "data, more"
    });
    let mut step = mail.send_step("starttls", config, json!([{ "name": "Bob" }, { "name": "Cy" }]));
    for item in &mut step.inputs[0] {
        item.binary.insert("data".to_owned(), stage.keep(b"\0\xffbytes", "a \"b\"\r\nX: y/ü.bin").await);
        item.binary.insert("more".to_owned(), stage.keep(b"", "").await);
    }
    stage.run("email.send", &mut step).await.unwrap();
    let ids: Vec<String> = step.output(0).iter().map(|item| item["message_id"].as_str().unwrap().to_owned()).collect();
    assert!(ids[0] != ids[1] && ids[0].starts_with('<'), "{ids:?}");
    let read = json!({ "attachments": true, "mark_as_seen": true });
    for (port, security) in [(mail.imaps, "tls"), (mail.imap, "starttls")] {
        let mut step = mail.read_step(port, security, read.clone());
        stage.run("email.read", &mut step).await.unwrap();
        let found = step.output(0);
        if security == "starttls" {
            assert!(found.is_empty(), "they were marked as read");
            break;
        }
        assert_eq!(found.len(), 2);
        let first = found.iter().find(|item| item["subject"] == "Grüße an Bob").expect("the first message");
        assert_eq!(format!("<{}>", first["message_id"].as_str().unwrap()), ids[0]);
        assert_eq!((&first["from"], &first["to"]), (&json!(USER), &json!(["Bob <bob@example.com>", "cy@example.com"])));
        assert_eq!((&first["cc"], &first["seen"]), (&json!(["di@example.com"]), &json!(false)));
        assert_eq!(first["html"].as_str().unwrap().replace("\r\n", "\n").trim_end(), "<p>Bob ✓</p>\n.\nend");
        let files = &step.puts[0].item.binary;
        assert_eq!(files["attachment_0"].file_name, "a bX: yü.bin");
        assert_eq!(stage.content(&files["attachment_0"]).await, b"\0\xffbytes");
        assert_eq!((files["attachment_1"].file_name.as_str(), files["attachment_1"].size), ("attachment_2", 0));
    }
}

async fn what_would_be_another_header_is_refused(mail: &Mail, stage: &Stage) {
    let good = json!({ "to": "bob@example.com", "subject": "x", "body": "x" });
    for field in ["to", "cc", "bcc", "from", "reply_to", "subject"] {
        for hostile in ["a@example.com\r\nBcc: eve@example.com", "a@example.com\nX: y", "a\r@example.com"] {
            let mut config = good.clone();
            config[field] = json!(hostile);
            let failure =
                stage.run("email.send", &mut mail.send_step("starttls", config, json!([{}]))).await.unwrap_err();
            assert_eq!(failure.parameter.as_deref(), Some(field), "{hostile:?}");
        }
    }
    for (field, wrong) in [("to", ""), ("to", "nobody"), ("cc", "a@b@c"), ("from", "Ada"), ("attachments", "absent")] {
        let mut config = good.clone();
        config[field] = json!(wrong);
        assert!(
            stage.run("email.send", &mut mail.send_step("starttls", config, json!([{}]))).await.is_err(),
            "{field} {wrong}"
        );
    }
}

async fn servers_and_accounts_are_checked(mail: &Mail, stage: &Stage) {
    let config = json!({ "to": "={{ $json.to }}", "subject": "x", "body": "x" });
    let one = json!([{ "to": "bob@example.com" }]);
    // One wrong address does not keep the others from their messages, though the server ended the session.
    let input =
        json!([{ "to": "nobody@example.com" }, { "to": "bob@example.com" }, { "to": "x" }, { "to": "cy@example.com" }]);
    let mut step = mail.send_step("starttls", config.clone(), input);
    step.continues = true;
    stage.run("email.send", &mut step).await.unwrap();
    assert_eq!((step.puts.len(), step.failures.len()), (2, 2));
    let mut wrong = mail.send_step("starttls", config.clone(), one.clone());
    wrong.credential = Some(credential(
        CredentialKind::Smtp,
        mail.smtp,
        &[("user", USER), ("password", "wrong words"), ("security", "starttls")],
    ));
    let failure = stage.run("email.send", &mut wrong).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::KeyRejected);
    assert!(!format!("{failure:?}").contains("wrong words"));
    let mut wrong = mail.read_step(mail.imap, "starttls", json!({}));
    wrong.credential = Some(credential(
        CredentialKind::Imap,
        mail.imap,
        &[("user", USER), ("password", "wrong words"), ("security", "starttls")],
    ));
    assert_eq!(stage.run("email.read", &mut wrong).await.unwrap_err().error.code, ErrorCode::KeyRejected);
    let doubtful = Stage::new().await;
    let failure =
        doubtful.run("email.send", &mut mail.send_step("starttls", config.clone(), one.clone())).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::TlsFailed);
    let mut outside = mail.send_step("starttls", config.clone(), one.clone());
    outside.grants.clear();
    let failure = stage.run("email.send", &mut outside).await.unwrap_err();
    assert_eq!(
        (failure.error.code, failure.grant.map(|grant| *grant)),
        (ErrorCode::NotGranted, Some(loopback(mail.smtp)))
    );
    let mut far = mail.send_step("none", config, one);
    let mut credential = far.credential.take().unwrap();
    credential.fields.insert("host".to_owned(), "mail.example.com".into());
    far.credential = Some(credential);
    let failure = stage.run("email.send", &mut far).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::InvalidInput, "unencrypted to another machine");
    assert!(!format!("{failure:?}").contains(PASSWORD));
}

async fn odd_messages_are_read(mail: &Mail, stage: &Stage) {
    let read = json!({ "attachments": true, "mark_as_seen": true, "limit": 100 });
    stage.run("email.read", &mut mail.read_step(mail.imap, "none", read.clone())).await.unwrap();
    mail.deliver("900.x", b"\r\n\r\n");
    mail.deliver("901.x", b"Subject: =?utf-8?q?b=C3=BCcher?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhalf");
    mail.deliver(
        "902.x",
        b"Content-Disposition: attachment; filename=\"../../etc/passwd\"\r\nContent-Type: application/x\r\n\r\nroot",
    );
    let large = [b"Subject: large\r\n\r\n".to_vec(), b"0123456789\r\n".repeat(800_000)].concat();
    mail.deliver("903.x", &large);
    let mut step = mail.read_step(mail.imap, "none", read);
    stage.run("email.read", &mut step).await.unwrap();
    let found = step.output(0);
    assert_eq!(found.len(), 4);
    assert!(found.iter().any(|item| item["subject"] == "bücher"));
    assert!(found.iter().any(|item| item["text"].as_str().is_some_and(|text| text.len() > 9_000_000)));
    let names: Vec<&str> =
        step.puts.iter().flat_map(|put| put.item.binary.values()).map(|file| file.file_name.as_str()).collect();
    assert!(names.contains(&"passwd") && names.iter().all(|name| !name.contains(['/', '\\'])), "{names:?}");
}

async fn folders_days_and_limits_are_kept(mail: &Mail, stage: &Stage) {
    let all = json!({ "only_unseen": false, "limit": 3 });
    let mut step = mail.read_step(mail.imap, "none", all);
    stage.run("email.read", &mut step).await.unwrap();
    let uids: Vec<u64> = step.output(0).iter().map(|item| item["uid"].as_u64().unwrap()).collect();
    assert!(uids.len() == 3 && uids.windows(2).all(|pair| pair[0] > pair[1]), "the newest first: {uids:?}");
    let tomorrow = json!({ "only_unseen": false, "since": "2999-01-01" });
    let mut step = mail.read_step(mail.imap, "none", tomorrow);
    stage.run("email.read", &mut step).await.unwrap();
    assert!(step.puts.is_empty());
    for folder in ["Absent", "Entwürfe", "a\"b"] {
        let failure = stage
            .run("email.read", &mut mail.read_step(mail.imap, "none", json!({ "folder": folder })))
            .await
            .unwrap_err();
        assert_eq!(failure.parameter.as_deref(), Some("folder"), "{folder}");
    }
    for wrong in [json!({ "since": "yesterday" }), json!({ "limit": 0 }), json!({ "folder": "a\r\nb" })] {
        assert!(
            stage.run("email.read", &mut mail.read_step(mail.imap, "none", wrong.clone())).await.is_err(),
            "{wrong}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_over_tls_from_the_first_byte_or_plainly_on_this_machine() {
    for security in ["tls", "none"] {
        let Some(mail) = Mail::start(security) else { return };
        let stage = Stage::trusting(vec![mail.root.clone()]).await;
        let config = json!({ "to": "bob@example.com", "subject": "x", "body": "={{ $json }}" });
        let mut step = mail.send_step(security, config.clone(), json!([{ "a": 1 }]));
        stage.run("email.send", &mut step).await.unwrap();
        assert_eq!(step.puts.len(), 1, "{security}");
        // A server that does not encrypt is not told a password.
        if security == "none" {
            let failure =
                stage.run("email.send", &mut mail.send_step("starttls", config, json!([{}]))).await.unwrap_err();
            assert_eq!(failure.error.code, ErrorCode::TlsFailed);
        }
    }
}
