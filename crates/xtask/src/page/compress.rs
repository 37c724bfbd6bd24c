//! Brotli next to each file of the page, at the highest quality, done once per content.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use brotli::enc::{BrotliEncoderParams, backward_references::BrotliEncoderMode};
use sha2::{Digest as _, Sha256};

use super::stamp::files_below;

/// What is worth compressing; pictures and fonts are compressed already.
const WORTH_IT: [&str; 8] = ["wasm", "js", "css", "html", "svg", "json", "txt", "webmanifest"];

/// Writes `name.br` next to each file that is worth it. `cache` holds what was compressed before.
pub fn all(dist: &Path, cache: &Path) -> Result<()> {
    fs::create_dir_all(cache).with_context(|| format!("{} cannot be made", cache.display()))?;
    for file in files_below(dist)? {
        if file.extension().and_then(|e| e.to_str()).is_some_and(|ext| WORTH_IT.contains(&ext)) {
            let bytes = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            let packed = cached(&bytes, cache)?;
            let to = brotli_of(&file);
            fs::write(&to, packed).with_context(|| format!("{} cannot be written", to.display()))?;
        }
    }
    Ok(())
}

/// The compressed file's name: `.br` after the whole name.
pub fn brotli_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    PathBuf::from(name)
}

fn cached(bytes: &[u8], cache: &Path) -> Result<Vec<u8>> {
    let key = [format!("{MODES:?}").as_bytes(), bytes].concat();
    let name: String = Sha256::digest(&key).iter().map(|byte| format!("{byte:02x}")).collect();
    let file = cache.join(name);
    if let Ok(packed) = fs::read(&file) {
        return Ok(packed);
    }
    let packed = pack(bytes)?;
    fs::write(&file, &packed).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(packed)
}

/// How brotli may look at what it packs: which is best for a file only trying tells (for wasm it is that for fonts).
const MODES: [BrotliEncoderMode; 2] = [BrotliEncoderMode::BROTLI_MODE_GENERIC, BrotliEncoderMode::BROTLI_MODE_FONT];

/// The smallest that brotli makes of it.
fn pack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut best: Option<Vec<u8>> = None;
    for mode in MODES {
        let asked = BrotliEncoderParams { quality: 11, lgwin: 24, mode, size_hint: bytes.len(), ..Default::default() };
        let mut packer = brotli::CompressorWriter::with_params(Vec::new(), 64 * 1024, &asked);
        packer.write_all(bytes).context("brotli")?;
        let packed = packer.into_inner();
        if best.as_ref().is_none_or(|best| packed.len() < best.len()) {
            best = Some(packed);
        }
    }
    best.context("brotli")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let text = b"a walking door ".repeat(1000);
        let packed = pack(&text).expect("packed");
        assert!(packed.len() < 100, "{}", packed.len());
        let mut back = Vec::new();
        brotli::Decompressor::new(packed.as_slice(), 4096).read_to_end(&mut back).expect("unpacked");
        assert_eq!(back, text);
    }

    #[test]
    fn only_what_is_worth_it_is_packed() {
        let dir = tempfile::tempdir().expect("a folder");
        let (dist, cache) = (dir.path().join("dist"), dir.path().join("cache"));
        fs::create_dir_all(dist.join("deep")).expect("made");
        fs::write(dist.join("a.js"), "let a = 1;".repeat(50)).expect("written");
        fs::write(dist.join("deep/b.css"), "a{}").expect("written");
        fs::write(dist.join("c.png"), "png").expect("written");
        all(&dist, &cache).expect("packed");
        all(&dist, &cache).expect("packed again");
        assert!(dist.join("a.js.br").is_file() && dist.join("deep/b.css.br").is_file());
        assert!(!dist.join("c.png.br").exists() && !dist.join("a.js.br.br").exists());
    }
}
