//! Undoes the compression of a response, a little at a time, so that a small body that becomes a huge one is noticed
//! before it has.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// Compressed bytes taken at a time. Deflate makes at most 1,032 bytes of one, so this makes at most about 1 MiB.
const STEP: usize = 1024;

pub(crate) struct Decoder {
    kind: Kind,
    pending: Bytes,
    started: bool,
}

enum Kind {
    Gzip(MultiGzDecoder<Vec<u8>>),
    /// `deflate` means zlib (RFC 9110, section 8.4.1.2), but some servers send it bare. The first byte tells.
    Deflate,
    Zlib(ZlibDecoder<Vec<u8>>),
    Bare(DeflateDecoder<Vec<u8>>),
}

/// A compression that was not asked for and cannot be undone.
pub(crate) struct Unknown;

impl Decoder {
    /// The decoder for a `Content-Encoding`; none where there is nothing to undo.
    pub(crate) fn for_encoding(encoding: &str) -> Result<Option<Self>, Unknown> {
        let kind = match encoding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => return Ok(None),
            "gzip" | "x-gzip" => Kind::Gzip(MultiGzDecoder::new(Vec::new())),
            "deflate" => Kind::Deflate,
            _ => return Err(Unknown),
        };
        Ok(Some(Self { kind, pending: Bytes::new(), started: false }))
    }

    /// Takes compressed bytes.
    pub(crate) fn push(&mut self, bytes: Bytes) {
        debug_assert!(self.pending.is_empty(), "what was pushed before is read first");
        self.started |= !bytes.is_empty();
        self.pending = bytes;
    }

    /// Bytes made of what was pushed; `None` when more is needed.
    pub(crate) fn read(&mut self) -> io::Result<Option<Bytes>> {
        while !self.pending.is_empty() {
            let step = self.pending.split_to(self.pending.len().min(STEP));
            if matches!(self.kind, Kind::Deflate) {
                let zlib = step.first().is_some_and(|byte| byte & 0x0f == 8);
                self.kind = if zlib {
                    Kind::Zlib(ZlibDecoder::new(Vec::new()))
                } else {
                    Kind::Bare(DeflateDecoder::new(Vec::new()))
                };
            }
            let made = match &mut self.kind {
                Kind::Gzip(decoder) => decoder.write_all(&step).map(|()| std::mem::take(decoder.get_mut())),
                Kind::Zlib(decoder) => decoder.write_all(&step).map(|()| std::mem::take(decoder.get_mut())),
                Kind::Bare(decoder) => decoder.write_all(&step).map(|()| std::mem::take(decoder.get_mut())),
                Kind::Deflate => Ok(Vec::new()),
            }?;
            if !made.is_empty() {
                return Ok(Some(made.into()));
            }
        }
        Ok(None)
    }

    /// What is left at the end. An error when the compressed body broke off.
    pub(crate) fn finish(&mut self) -> io::Result<Bytes> {
        if !self.started {
            // A response without a body, as to `HEAD`, may name an encoding.
            return Ok(Bytes::new());
        }
        let rest = match &mut self.kind {
            Kind::Gzip(decoder) => decoder.try_finish().map(|()| std::mem::take(decoder.get_mut())),
            Kind::Zlib(decoder) => decoder.try_finish().map(|()| std::mem::take(decoder.get_mut())),
            Kind::Bare(decoder) => decoder.try_finish().map(|()| std::mem::take(decoder.get_mut())),
            Kind::Deflate => Ok(Vec::new()),
        }?;
        Ok(rest.into())
    }
}
