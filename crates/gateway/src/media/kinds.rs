//! Which kinds of bytes are shown. Everything that a browser could run as a document is not (INJ-05).

/// Kinds that are shown, with the bytes they begin with.
const SHOWN: [(&str, &[u8], usize); 14] = [
    ("image/jpeg", b"\xff\xd8\xff", 0),
    ("image/png", b"\x89PNG\r\n\x1a\n", 0),
    ("image/gif", b"GIF8", 0),
    ("image/webp", b"WEBP", 8),
    ("image/avif", b"ftypavif", 4),
    ("video/webm", b"\x1a\x45\xdf\xa3", 0),
    ("video/quicktime", b"ftypqt", 4),
    ("audio/wav", b"WAVE", 8),
    ("audio/ogg", b"OggS", 0),
    ("audio/flac", b"fLaC", 0),
    ("audio/mpeg", b"ID3", 0),
    ("audio/mpeg", b"\xff\xfb", 0),
    ("audio/mp4", b"ftypM4A", 4),
    // After the others that begin with ftyp.
    ("video/mp4", b"ftyp", 4),
];

/// The content type to answer with, or `None` when it is not shown. The bytes decide where they are known, not the storage's
/// word and never the file's name; the word counts for a later part of a file.
pub(super) fn shown(said: &str, start: Option<&bytes::Bytes>) -> Option<&'static str> {
    match start {
        Some(start) => SHOWN
            .iter()
            .find(|(_, magic, at)| start.get(*at..).is_some_and(|rest| rest.starts_with(magic)))
            .map(|(kind, ..)| *kind),
        None => {
            let said = said.split(';').next().unwrap_or_default().trim();
            SHOWN
                .iter()
                .map(|(kind, ..)| *kind)
                .find(|kind| *kind == said)
                .or((said == "application/octet-stream").then_some("application/octet-stream"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inj_05_documents_are_never_shown_whatever_they_are_called() {
        let start = |bytes: &'static [u8]| Some(bytes::Bytes::from_static(bytes));
        assert_eq!(shown("text/html", start(b"\xff\xd8\xff\xe0").as_ref()), Some("image/jpeg"));
        assert_eq!(shown("image/jpeg", start(b"<!doctype html>").as_ref()), None);
        assert_eq!(shown("image/svg+xml", start(b"<svg onload=alert(1)>").as_ref()), None);
        assert_eq!(shown("image/svg+xml", None), None);
        assert_eq!(shown("text/html; charset=utf-8", None), None);
        assert_eq!(shown("video/mp4", None), Some("video/mp4"));
        assert_eq!(shown("", start(b"\x00\x00\x00\x18ftypmp42").as_ref()), Some("video/mp4"));
        assert_eq!(shown("", start(b"").as_ref()), None);
        assert_eq!(shown("text/plain", start(b"RIFF\x24\x00\x00\x00WAVEfmt ").as_ref()), Some("audio/wav"));
        assert_eq!(shown("audio/wav", start(b"<svg onload=alert(1)>").as_ref()), None);
    }
}
