//! The port of this machine that the browser comes back to. It takes one answer, the one with the right state, and says
//! nothing about why it refuses another: any web page can reach it.

use std::time::Duration;

use bridge_domain::{Error, ErrorCode, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use url::Url;
use zeroize::Zeroizing;

/// For the person to agree.
const PATIENCE: Duration = Duration::from_secs(600);
/// For one connection to say what it wants.
const REQUEST_TIME: Duration = Duration::from_secs(10);
/// Bytes of a request's head. Codes of some services are long.
const MAX_HEAD: usize = 16 * 1024;
/// Connections at a time; a browser opens a few ahead.
const MAX_CONNECTIONS: usize = 16;
const PATH: &str = "/callback";

/// The port, open.
pub(crate) struct Callback {
    listener: TcpListener,
    port: u16,
    state: Zeroizing<String>,
}

/// What came back: the code, or that the service says no.
type Outcome = std::result::Result<Zeroizing<String>, ()>;

impl Callback {
    /// Opens a random port on loopback.
    pub(crate) async fn listen(state: &str) -> Result<Self> {
        let opened = async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            let port = listener.local_addr()?.port();
            std::io::Result::Ok((listener, port))
        };
        let (listener, port) = opened.await.map_err(|_| {
            let message = "No port for the browser's answer could be opened on this machine.";
            Error::new(ErrorCode::Internal, message, "Try again, or look for a program that blocks local ports.")
        })?;
        Ok(Self { listener, port, state: Zeroizing::new(state.to_owned()) })
    }

    /// The address the browser is sent back to.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the code.
    ///
    /// # Errors
    /// `permission_denied` when the person or the service says no; `timeout`.
    pub(crate) async fn code(self) -> Result<Zeroizing<String>> {
        match timeout(PATIENCE, self.first_outcome()).await {
            Ok(Some(Ok(code))) => Ok(code),
            Ok(Some(Err(()))) => Err(Error::new(
                ErrorCode::PermissionDenied,
                "The access was not granted.",
                "Connect again and agree in the browser, or check the scopes.",
            )),
            Ok(None) | Err(_) => Err(Error::new(
                ErrorCode::Timeout,
                "Nobody agreed in the browser in time.",
                "Connect again, and agree within ten minutes.",
            )),
        }
    }

    async fn first_outcome(self) -> Option<Outcome> {
        let (sender, mut outcomes) = mpsc::channel(1);
        let mut connections = tokio::task::JoinSet::new();
        loop {
            tokio::select! {
                outcome = outcomes.recv() => {
                    // The page that says so is on its way: let it arrive.
                    let _ = timeout(Duration::from_secs(1), connections.join_next()).await;
                    return outcome;
                }
                Some(_) = connections.join_next() => {}
                accepted = self.listener.accept(), if connections.len() < MAX_CONNECTIONS => {
                    let Ok((socket, _)) = accepted else { continue };
                    let (state, host, sender) = (self.state.clone(), format!("127.0.0.1:{}", self.port), sender.clone());
                    connections.spawn(async move {
                        let _ = timeout(REQUEST_TIME, serve(socket, &state, &host, sender)).await;
                    });
                }
            }
        }
    }
}

async fn serve(mut socket: TcpStream, state: &str, host: &str, sender: mpsc::Sender<Outcome>) {
    let Some(head) = read_head(&mut socket).await else { return };
    let outcome = outcome(&head, state, host);
    let (status, text) = match &outcome {
        Some(Ok(_)) => ("200 OK", "The access was granted. You can close this page and go back to Bridge."),
        Some(Err(())) => ("200 OK", "The access was not granted. You can close this page and go back to Bridge."),
        None => ("404 Not Found", "There is nothing here."),
    };
    let page = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    let _ = socket.write_all(page.as_bytes()).await;
    let _ = socket.shutdown().await;
    if let Some(outcome) = outcome {
        let _ = sender.try_send(outcome);
    }
}

async fn read_head(socket: &mut TcpStream) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_HEAD));
    loop {
        let mut part = Zeroizing::new([0; 2048]);
        let read = socket.read(part.as_mut_slice()).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(part.get(..read)?);
        if bytes.windows(4).any(|end| end == b"\r\n\r\n") {
            return String::from_utf8(bytes.to_vec()).ok().map(Zeroizing::new);
        }
        if bytes.len() + part.len() > MAX_HEAD {
            return None;
        }
    }
}

/// What a request says, if it is the one that is waited for: the right path, this very host, the right state.
fn outcome(head: &str, state: &str, host: &str) -> Option<Outcome> {
    let mut lines = head.lines();
    let target = lines.next()?.strip_prefix("GET ")?.split(' ').next()?;
    let named = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then_some(value.trim())
    })?;
    let url = Url::parse("http://127.0.0.1").ok()?.join(target).ok()?;
    let value = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    if named != host || url.path() != PATH || !is_same(&value("state")?, state) {
        return None;
    }
    let code = value("code").filter(|code| !code.is_empty()).map(Zeroizing::new);
    Some(code.filter(|_| value("error").is_none()).ok_or(()))
}

/// Compares without telling by its time how much is right.
fn is_same(given: &str, expected: &str) -> bool {
    let differences = given.bytes().zip(expected.bytes()).fold(0, |found, (one, other)| found | (one ^ other));
    given.len() == expected.len() && differences == 0
}
