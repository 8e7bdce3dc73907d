//! The server that webhooks and forms come to. It listens on this machine only, unless the user opens it.
//!
//! Who is turned away is turned away before any workflow is looked at. Heads, bodies, times and connections are bounded.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Error, ErrorCode, Reply, Result};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming as Body;
use hyper::http::uri::Authority;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use crate::patient::Patient;
use crate::{Hosts, Incoming};

/// What an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// `/webhook/<token>/<path>`
    Webhook,
    /// `/form/<token>`
    Form,
}

/// Who answers.
pub trait Receiver: Send + Sync + 'static {
    /// Answers a request to the trigger with this token; none when there is no such trigger, which the caller cannot tell
    /// from a wrong path or method.
    fn receive<'a>(&'a self, endpoint: Endpoint, token: &'a str, request: Incoming) -> BoxFuture<'a, Option<Reply>>;
}

/// Bounds of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Time for the head, for the whole body, and for the caller to take some of the answer.
    pub patience: Duration,
    /// Connections at the same time.
    pub connections: usize,
    /// Headers of a request.
    pub headers: usize,
    /// Bytes of a head.
    pub head: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 16 << 20, patience: Duration::from_secs(15), connections: 512, headers: 100, head: 32 << 10 }
    }
}

/// How to listen.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// Port; any free one for 0.
    pub port: u16,
    /// Listens on all interfaces instead of this machine only.
    pub open: bool,
    /// Names it answers to beside the loopback ones.
    pub hosts: Vec<String>,
    /// Bounds.
    pub limits: Limits,
}

/// A server at work. Dropping it ends it.
#[derive(Debug)]
pub struct Listening {
    address: SocketAddr,
    stop: watch::Sender<()>,
    accepting: JoinHandle<()>,
}

impl Listening {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes nothing new, gives the port back, and waits for the requests that are being answered, this long at most.
    pub async fn end(self, patience: Duration) {
        let Self { stop, accepting, .. } = self;
        stop.send_replace(());
        let _ = accepting.await;
        // Every connection has a receiver as long as it is open.
        let _ = tokio::time::timeout(patience, stop.closed()).await;
    }
}

struct Shared {
    hosts: Hosts,
    limits: Limits,
    receiver: Arc<dyn Receiver>,
}

impl Server {
    /// Begins to listen.
    ///
    /// # Errors
    /// `connection_refused` when the port is taken or may not be used; says which.
    pub async fn listen(&self, receiver: Arc<dyn Receiver>) -> Result<Listening> {
        let interface = if self.open { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        let wanted = SocketAddr::new(IpAddr::V4(interface), self.port);
        let listener = TcpListener::bind(wanted).await.map_err(|error| not_listening(self.port, &error))?;
        let address = listener.local_addr().map_err(|error| not_listening(self.port, &error))?;
        let hosts = Hosts::new(address.port(), &self.hosts);
        let shared = Arc::new(Shared { hosts, limits: self.limits, receiver });
        let (stop, stopped) = watch::channel(());
        let accepting = tokio::spawn(accept(listener, shared, stopped));
        Ok(Listening { address, stop, accepting })
    }
}

fn not_listening(port: u16, error: &std::io::Error) -> Error {
    Error::new(
        ErrorCode::ConnectionRefused,
        format!("Webhooks cannot be received: port {port} cannot be used ({error})."),
        "End the program that uses it, or choose another port in Settings.",
    )
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<()>) {
    let places = Arc::new(Semaphore::new(shared.limits.connections));
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream) = tokio::select! {
            (Ok(place), stream) = next => (place, stream),
            _ = stopped.changed() => return,
        };
        match stream {
            Ok((stream, _)) => {
                let (shared, stopped) = (Arc::clone(&shared), stopped.clone());
                tokio::spawn(async move {
                    serve(stream, shared, stopped).await;
                    drop(place);
                });
            }
            // Out of file descriptors, or a connection that was gone before it was taken: what is open ends some time.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>, mut stopped: watch::Receiver<()>) {
    let _ = stream.set_nodelay(true);
    let limits = shared.limits;
    let answer = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, std::convert::Infallible>(shared.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.patience)
        .max_headers(limits.headers)
        .max_buf_size(limits.head)
        .serve_connection(TokioIo::new(Patient::new(stream, limits.patience)), answer);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopped.changed() => {
            // What is being answered is answered; nothing new is taken.
            connection.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(limits.patience, connection).await;
        }
    }
}

impl Shared {
    async fn answer(&self, request: Request<Body>) -> Response<Full<Bytes>> {
        if !self.hosts.admit(request.uri().authority().map(Authority::as_str), request.headers()) {
            return plain(StatusCode::FORBIDDEN, "Forbidden");
        }
        let Some((endpoint, token, path)) = route(request.uri().path()) else {
            return plain(StatusCode::NOT_FOUND, "Not found");
        };
        let (parts, body) = request.into_parts();
        let body = tokio::time::timeout(self.limits.patience, Limited::new(body, self.limits.body).collect()).await;
        let body = match body {
            Err(_) => return plain(StatusCode::REQUEST_TIMEOUT, "The body took too long"),
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                return plain(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large");
            }
            Ok(Err(_)) => return plain(StatusCode::BAD_REQUEST, "The body cannot be read"),
            Ok(Ok(body)) => body.to_bytes(),
        };
        let text = |value: &hyper::header::HeaderValue| value.to_str().ok().map(str::to_owned);
        let headers = parts.headers.iter().filter_map(|(name, value)| Some((name.to_string(), text(value)?)));
        let incoming = Incoming {
            method: parts.method.to_string(),
            path,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: headers.collect(),
            body,
        };
        match self.receiver.receive(endpoint, &token, incoming).await {
            Some(reply) => response(reply),
            None => plain(StatusCode::NOT_FOUND, "Not found"),
        }
    }
}

/// What an address leads to, its token, and the rest of its path. A token is 22 to 64 characters of base64url.
fn route(path: &str) -> Option<(Endpoint, String, String)> {
    let mut parts = path.strip_prefix('/')?.splitn(3, '/');
    let endpoint = match parts.next()? {
        "webhook" => Endpoint::Webhook,
        "form" => Endpoint::Form,
        _ => return None,
    };
    let token = parts.next()?;
    let is_token = (22..=64).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    is_token.then(|| (endpoint, token.to_owned(), parts.next().unwrap_or_default().trim_end_matches('/').to_owned()))
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    // A status below 200 is no answer: the caller would go on waiting for one.
    let status = StatusCode::from_u16(reply.status).ok().filter(|status| !status.is_informational());
    *response.status_mut() = status.unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    for (name, value) in reply.headers {
        // The connection's own headers are the server's business.
        let is_own = ["connection", "content-length", "transfer-encoding", "upgrade", "trailer"]
            .contains(&name.to_ascii_lowercase().as_str());
        if let (false, Ok(name), Ok(value)) =
            (is_own, name.parse::<hyper::header::HeaderName>(), value.parse::<hyper::header::HeaderValue>())
        {
            headers.insert(name, value);
        }
    }
    guard(headers);
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    guard(response.headers_mut());
    response
}

/// What a browser may do with an answer: show it, and nothing else.
fn guard(headers: &mut hyper::HeaderMap) {
    use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'",
        ),
    );
}
