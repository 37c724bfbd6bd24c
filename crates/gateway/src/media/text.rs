//! Texts: their beginning as UTF-8, and the words that Diffgram cut them into. Never more than a person reads, never as a document.

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use portal_model::{
    api::Media as Rendition,
    id::{FileId, ProjectId},
};
use serde::Deserialize;

use super::{Error, private};
use crate::app::App;

/// A list of words is not read beyond this, in bytes.
const MAX_TOKENS: usize = 8 << 20;
/// More words than this are not handed out: they are beyond the text that is.
const MAX_WORDS: usize = Rendition::TEXT;

/// A text, or its words.
pub(super) async fn serve(app: &App, project: &ProjectId, id: FileId, which: Rendition) -> Result<Response, Error> {
    let mut answer = app.media.open(project, id, which, &range(which)).await?;
    let limit = if which == Rendition::Tokens { MAX_TOKENS } else { Rendition::TEXT };
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| Error::Storage(error.without_url().to_string()))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > limit {
            break;
        }
    }
    if which == Rendition::Tokens {
        let words = words(&bytes).ok_or(Error::Kind)?;
        let mut response = Json(words).into_response();
        private(response.headers_mut());
        return Ok(response);
    }
    let (text, is_cut) = excerpt(&bytes).ok_or(Error::Kind)?;
    let mut response = Bytes::copy_from_slice(text.as_bytes()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if is_cut {
        headers.insert(HeaderName::from_static(Rendition::CUT), HeaderValue::from_static("true"));
    }
    private(headers);
    Ok(response)
}

/// What is asked of the storage: of a text, one byte more than is shown tells whether there is more. A storage that knows no
/// ranges sends all, and is not read on.
fn range(which: Rendition) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if which == Rendition::Text {
        let range = format!("bytes=0-{}", Rendition::TEXT);
        headers.extend(HeaderValue::from_str(&range).ok().map(|range| (header::RANGE, range)));
    }
    headers
}

/// The beginning of a text, and whether it goes on. `None` for what is no text: not UTF-8, or with characters that no text has.
fn excerpt(bytes: &[u8]) -> Option<(&str, bool)> {
    let is_cut = bytes.len() > Rendition::TEXT;
    let bytes = bytes.get(..Rendition::TEXT).unwrap_or(bytes);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The cut may have gone through a character: up to three bytes of it are left.
        Err(error) if is_cut && error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    (!text.contains('\0')).then_some((text, is_cut))
}

/// Diffgram keeps `{"nltk": {"words": [{"value", "tag"}], "sentences": […]}}` beside a text, by the name of what cut it.
fn words(bytes: &[u8]) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Cut {
        words: Vec<Word>,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Word {
        Tagged { value: String },
        Plain(String),
    }
    let cuts: std::collections::BTreeMap<String, Cut> = serde_json::from_slice(bytes).ok()?;
    let words = cuts.into_values().next()?.words.into_iter().take(MAX_WORDS);
    Some(
        words
            .map(|word| match word {
                Word::Tagged { value } | Word::Plain(value) => value,
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let long = "é".repeat(Rendition::TEXT);
        let long = format!("a{long}");
        let (text, is_cut) = excerpt(long.as_bytes().get(..=Rendition::TEXT).unwrap()).unwrap();
        assert!(is_cut && text.len() == Rendition::TEXT - 1 && text.ends_with('é'));
        assert_eq!(excerpt("\u{feff}Grüße".as_bytes()), Some(("Grüße", false)));
        assert_eq!(excerpt(b""), Some(("", false)));
    }

    #[test]
    fn inj_05_what_is_no_text_is_not_shown_as_one() {
        for bytes in [&b"\xff\xd8\xff\xe0"[..], b"a\0b", b"caf\xe9", b"ends in the middle \xc3"] {
            assert_eq!(excerpt(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn words_are_read_from_what_diffgram_keeps() {
        let kept =
            br#"{"nltk": {"words": [{"value": "The", "tag": "word"}, {"value": "\n"}, "end"], "sentences": []}}"#;
        assert_eq!(words(kept), Some(vec!["The".into(), "\n".into(), "end".into()]));
        for odd in [&b"{}"[..], b"[]", b"{\"nltk\": {\"words\": false}}", b"{\"nltk\": {\"words\": [7]}}", b"<html>"] {
            assert_eq!(words(odd), None);
        }
    }
}
