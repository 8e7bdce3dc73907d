//! Reading long texts on a thread beside: whoever waits for it can be cancelled meanwhile, and others go on.

/// Bytes that are read where they are.
pub(crate) const SHORT: usize = 1 << 20;

/// Does the work at once when it is about a short text, and else on a thread of its own. Nothing when that ended in a panic.
pub(crate) async fn aside<T: Send + 'static>(length: usize, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    if length <= SHORT { Some(work()) } else { tokio::task::spawn_blocking(work).await.ok() }
}
