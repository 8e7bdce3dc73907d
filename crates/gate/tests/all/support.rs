//! Servers on loopback, names that lead where a test wants, and credentials.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bridge_domain::{Credential, CredentialId, CredentialKind, Grant, SecretString, StepFailure};
use bridge_gate::{Access, Gate, Names, Options, Request, Response};
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use url::Url;

/// A secret that nothing may show.
pub const SECRET: &str = "canary-7f3a-secret";

/// What a server does with the n-th request: bytes to send, after which it closes.
type Answer = dyn Fn(usize) -> Vec<u8> + Send + Sync;

/// A server that keeps what it was sent, byte for byte. Ends when dropped.
pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn plain(answer: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start(Arc::new(answer), None).await
    }

    pub async fn encrypted(acceptor: TlsAcceptor, answer: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start(Arc::new(answer), Some(acceptor)).await
    }

    pub async fn always(response: Vec<u8>) -> Self {
        Self::plain(move |_| response.clone()).await
    }

    async fn start(answer: Arc<Answer>, acceptor: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let all = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (seen, answer, acceptor) = (Arc::clone(&all), Arc::clone(&answer), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(socket, &seen, answer.as_ref()).await,
                        Some(acceptor) => {
                            if let Ok(socket) = acceptor.accept(socket).await {
                                serve(socket, &seen, answer.as_ref()).await;
                            }
                        }
                    }
                });
            }
        });
        Self { port, seen, task }
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}{path}", self.port)).unwrap()
    }

    pub fn grant(&self) -> Grant {
        grant("127.0.0.1", self.port)
    }

    /// Whole requests as they arrived.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut socket: S, seen: &Mutex<Vec<String>>, answer: &Answer) {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 16 * 1024];
        let Ok(read @ 1..) = socket.read(&mut part).await else { return };
        bytes.extend_from_slice(&part[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            break;
        }
    }
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(String::from_utf8_lossy(&bytes).into_owned());
        seen.len() - 1
    };
    let _ = socket.write_all(&answer(number)).await;
    let _ = socket.shutdown().await;
}

pub fn response(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status} X\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub fn redirect(status: u16, to: &str) -> Vec<u8> {
    response(status, &format!("location: {to}\r\n"), "")
}

/// A header of a request as it arrived.
pub fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().skip(1).take_while(|line| !line.is_empty()).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

pub fn grant(host: &str, port: u16) -> Grant {
    Grant::Host { host: host.to_owned(), port }
}

pub fn get(url: impl AsRef<str>) -> Request {
    Request { timeout: Duration::from_secs(10), ..Request::get(Url::parse(url.as_ref()).unwrap()) }
}

pub async fn send(gate: &Gate, request: Request, grants: &[Grant]) -> Result<Response, StepFailure> {
    gate.send(request, &Access { grants, credential: None }).await
}

pub fn credential(kind: CredentialKind, hosts: &[&str], fields: &[(&str, &str)]) -> Credential {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), SecretString::from(*value)));
    Credential {
        id: CredentialId::new(),
        kind,
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        fields: fields.collect::<BTreeMap<_, _>>(),
    }
}

/// Names as a test wants them; each lookup takes the next answer, the last one stays.
#[derive(Default)]
pub struct FakeNames {
    answers: HashMap<String, Vec<Vec<IpAddr>>>,
    pub lookups: AtomicUsize,
}

impl FakeNames {
    /// Names with their addresses: a blank between those of one answer, a comma between one answer and the next.
    pub fn new(answers: &[(&str, &str)]) -> Arc<Self> {
        let addresses = |turn: &str| turn.split_whitespace().map(|text| text.parse().unwrap()).collect();
        let answers =
            answers.iter().map(|(name, turns)| ((*name).to_owned(), turns.split(',').map(addresses).collect()));
        Arc::new(Self { answers: answers.collect(), lookups: AtomicUsize::new(0) })
    }
}

impl Names for FakeNames {
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let number = self.lookups.fetch_add(1, Ordering::SeqCst);
        let turns = self.answers.get(name.trim_end_matches('.'));
        let found = turns.map(|turns| turns[number.min(turns.len() - 1)].clone());
        Box::pin(async move { found.ok_or_else(|| io::Error::other("no such name")) })
    }
}

pub fn gate_with_names(names: &Arc<FakeNames>) -> Gate {
    let names: Arc<dyn Names> = Arc::clone(names) as _;
    Gate::with(Options { names, ..Options::default() }).unwrap()
}

/// A certificate for these names and a gate that trusts it.
pub fn encryption(hosts: &[&str]) -> (TlsAcceptor, Gate) {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(hosts).unwrap();
    let root = made.cert.der().to_vec();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let gate = Gate::with(Options { roots: vec![root], ..Options::default() }).unwrap();
    (TlsAcceptor::from(Arc::new(config)), gate)
}

/// A failure a person can act on, that gives nothing away.
pub fn assert_presentable(failure: &StepFailure) {
    let shown = format!("{failure:?} {}", serde_json::to_string(&failure.error).unwrap());
    assert!(!shown.contains(SECRET) && !shown.contains("?"), "{shown}");
    assert!(!failure.error.message.is_empty() && !failure.error.hint.is_empty(), "{failure:?}");
}
