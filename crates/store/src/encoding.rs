//! How parts of the journal's records look as JSON: hashes as base64url, pages without their text.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bridge_domain::{ItemRef, Lineage, OutputPages, Page, PageHash, RecordedPage};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// 32 bytes as base64url.
pub(crate) struct Hash(pub(crate) [u8; 32]);

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = [0_u8; 43];
        let length = URL_SAFE_NO_PAD.encode_slice(self.0, &mut text).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(std::str::from_utf8(&text[..length]).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = URL_SAFE_NO_PAD.decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)?;
        bytes.try_into().map(Self).map_err(|_| serde::de::Error::custom("not 32 bytes"))
    }
}

/// Hashes of pages, per input.
pub(crate) struct Inputs<'a>(pub(crate) &'a [Vec<PageHash>]);

impl Serialize for Inputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Input<'a>(&'a [PageHash]);
        impl Serialize for Input<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.iter().map(|hash| Hash(hash.0)))
            }
        }
        serializer.collect_seq(self.0.iter().map(|input| Input(input)))
    }
}

/// Pages without their texts.
pub(crate) struct Pages<'a>(pub(crate) &'a [Page]);

impl Serialize for Pages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(PageLine::of))
    }
}

/// Per output: its identifier and its pages.
pub(crate) struct Outputs<'a>(pub(crate) &'a [OutputPages]);

impl Serialize for Outputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|output| (&output.port, Pages(&output.pages))))
    }
}

/// A page without its text: hash, items, where they came from.
#[derive(Serialize, Deserialize)]
pub(crate) struct PageLine(Hash, u32, Links);

/// [`Lineage`] in few characters: `null`, `[input, index]`, or a list of such pairs for each item.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Links {
    None(()),
    Same([u32; 2]),
    Each(Vec<Vec<[u32; 2]>>),
}

impl PageLine {
    fn of(page: &Page) -> Self {
        let pair = |place: &ItemRef| [place.input, place.index];
        let links = match &page.lineage {
            Lineage::None => Links::None(()),
            Lineage::Same(first) => Links::Same(pair(first)),
            Lineage::Each(items) => Links::Each(items.iter().map(|from| from.iter().map(pair).collect()).collect()),
        };
        Self(Hash(page.hash.0), page.count, links)
    }

    pub(crate) fn into_page(self) -> RecordedPage {
        let place = |[input, index]: [u32; 2]| ItemRef { input, index };
        let lineage = match self.2 {
            Links::None(()) => Lineage::None,
            Links::Same(first) => Lineage::Same(place(first)),
            Links::Each(items) => {
                Lineage::Each(items.into_iter().map(|from| from.into_iter().map(place).collect()).collect())
            }
        };
        RecordedPage { hash: PageHash(self.0.0), count: self.1, lineage }
    }
}
