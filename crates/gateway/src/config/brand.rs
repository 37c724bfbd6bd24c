//! `[host.brand]`: white label of a host's frames. Pictures are read at the start: what is wrong with them is said then.

use std::{
    fmt,
    io::Read as _,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Last part of the address of the logo.
pub const LOGO: &str = "logo";
/// The same of the little picture of tabs.
pub const FAVICON: &str = "favicon";
/// Larger pictures are refused, in bytes.
const MAX_PICTURE: u64 = 256 << 10;
/// Longer texts are refused, in characters.
const MAX_TEXT: usize = 200;

/// White label of one host's frames; what is left out is as it is in the portal itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostBrand {
    /// What the portal calls itself.
    pub name: Option<String>,
    /// A picture beside the name.
    pub logo: Option<Picture>,
    /// The little picture of tabs.
    pub favicon: Option<Picture>,
    /// Whom to ask.
    pub support: Option<String>,
    /// What "My tasks" is called.
    pub title: Option<String>,
    /// A sentence above the list of tasks.
    pub welcome: Option<String>,
    /// What is said to people who are not signed in yet.
    pub signin: Option<String>,
}

impl HostBrand {
    /// A picture by the last part of its address.
    #[must_use]
    pub fn picture(&self, which: &str) -> Option<&Picture> {
        match which {
            LOGO => self.logo.as_ref(),
            FAVICON => self.favicon.as_ref(),
            _ => None,
        }
    }
}

/// A picture, as it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its media type, by what is in it.
    pub kind: &'static str,
    /// Another for other bytes.
    pub version: String,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({}, {} bytes)", self.kind, self.bytes.len())
    }
}

/// As written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawBrand {
    name: Option<String>,
    logo_file: Option<PathBuf>,
    favicon_file: Option<PathBuf>,
    support: Option<String>,
    title: Option<String>,
    welcome: Option<String>,
    signin: Option<String>,
}

/// Checks it and reads its files.
pub(super) fn check(raw: RawBrand, folder: &Path) -> Result<HostBrand, String> {
    let picture = |path: Option<PathBuf>, key: &str| path.map(|path| picture(folder, &path, key)).transpose();
    if let Some(support) = &raw.support
        && !is_contact(support)
    {
        return Err(format!("`brand.support` is {support:?}; write an e-mail address or an https link"));
    }
    Ok(HostBrand {
        name: text(raw.name, "name")?,
        logo: picture(raw.logo_file, "logo_file")?,
        favicon: picture(raw.favicon_file, "favicon_file")?,
        support: raw.support,
        title: text(raw.title, "title")?,
        welcome: text(raw.welcome, "welcome")?,
        signin: text(raw.signin, "signin")?,
    })
}

/// Whether people can be sent there: an e-mail address or an https link.
pub(super) fn is_contact(text: &str) -> bool {
    text.starts_with("https://") || text.contains('@') && !text.contains(char::is_whitespace)
}

fn text(text: Option<String>, key: &str) -> Result<Option<String>, String> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_TEXT || text.chars().any(char::is_control) {
        return Err(format!("`brand.{key}` must be plain text of one line, 1 to {MAX_TEXT} characters"));
    }
    Ok(Some(text.to_owned()))
}

fn picture(folder: &Path, path: &Path, key: &str) -> Result<Picture, String> {
    let full = folder.join(path);
    let shown = full.display();
    let mut bytes = Vec::new();
    std::fs::File::open(&full)
        .and_then(|file| file.take(MAX_PICTURE + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("`brand.{key}`: {shown} cannot be read ({error})"))?;
    if bytes.len() as u64 > MAX_PICTURE {
        return Err(format!("`brand.{key}`: {shown} is larger than {} KB; write a smaller picture", MAX_PICTURE >> 10));
    }
    let kind = kind(&bytes)
        .ok_or_else(|| format!("`brand.{key}`: {shown} is no picture of a known kind; use SVG, PNG, ICO or WebP"))?;
    let version = Sha256::digest(&bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Ok(Picture { bytes: bytes.into(), kind, version })
}

/// What the bytes are, whatever the file is called.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    if bytes.starts_with(b"\0\0\x01\0") {
        return Some("image/x-icon");
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
    let begins = ["<?xml", "<svg", "<!--", "<!DOCTYPE svg"].iter().any(|begin| text.starts_with(begin));
    (begins && text.contains("<svg")).then_some("image/svg+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_what_is_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let read = |bytes: &[u8]| {
            std::fs::write(folder.path().join("logo.png"), bytes).unwrap();
            picture(folder.path(), Path::new("logo.png"), "logo_file").map(|picture| picture.kind)
        };
        assert_eq!(read(b"\x89PNG\r\n\x1a\n").unwrap(), "image/png");
        assert_eq!(read(b"\0\0\x01\0\x01\0").unwrap(), "image/x-icon");
        assert_eq!(read(b"RIFF\x01\x02\x03\x04WEBPVP8 ").unwrap(), "image/webp");
        assert_eq!(read("\u{feff}<?xml version=\"1.0\"?>\n<svg/>".as_bytes()).unwrap(), "image/svg+xml");
        assert_eq!(read(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap(), "image/svg+xml");
        for bytes in [&b"<html><svg></svg></html>"[..], b"<script>1</script>", b"GIF89a", b"", b"\xff\xd8\xff"] {
            assert!(read(bytes).unwrap_err().contains("no picture of a known kind"));
        }
        assert!(read(&vec![b' '; 300 << 10]).unwrap_err().contains("larger than 256 KB"));
        assert!(picture(folder.path(), Path::new("none"), "logo_file").unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn texts_are_one_short_line_and_support_can_be_reached() {
        let brand = |toml: &str| check(toml::from_str(toml).unwrap(), Path::new("/"));
        assert_eq!(brand("title = \" Acme work \"").unwrap().title.as_deref(), Some("Acme work"));
        assert!(
            brand("support = \"help@acme.example\"").is_ok() && brand("support = \"https://acme.example\"").is_ok()
        );
        for bad in ["name = \"\"", "welcome = \"a\\nb\"", "support = \"javascript:alert(1)\"", "support = \"call us\""]
        {
            assert!(brand(bad).is_err(), "{bad}");
        }
        assert!(brand(&format!("signin = \"{}\"", "é".repeat(200))).is_ok());
        assert!(brand(&format!("signin = \"{}\"", "é".repeat(201))).is_err());
    }
}
