//! Puts the built page (`dist/`, or the folder in `PORTAL_DIST`) into the binary. Without it the gateway still builds and says so.
//! The custom element of host apps is compressed here.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let dist = env::var("PORTAL_DIST").map_or_else(|_| root.join("dist"), PathBuf::from);
    println!("cargo::rerun-if-env-changed=PORTAL_DIST");
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=migrations");
    for name in ["diffgram-portal.js", "diffgram-portal.d.ts"] {
        compress(&root.join("embed").join(name), name);
    }
    let mut files = Vec::new();
    collect(&dist, &dist, &mut files);
    files.sort();
    let mut out = String::from("static FILES: &[File] = &[\n");
    for (name, path) in &files {
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let brotli = format!("{}.br", path.display());
        let smaller = size(Path::new(&brotli)).zip(size(path)).is_some_and(|(small, large)| small < large);
        let brotli = if smaller { format!("Some(include_bytes!({brotli:?}))") } else { "None".into() };
        out.push_str(&format!(
            "    File {{ name: {name:?}, bytes: include_bytes!({:?}), brotli: {brotli} }},\n",
            path.display().to_string()
        ));
    }
    out.push_str("];\n");
    let target = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("files.rs");
    if let Err(error) = fs::File::create(&target).and_then(|mut file| file.write_all(out.as_bytes())) {
        println!("cargo::error=the page's table cannot be written: {error}");
    }
}

/// Writes a file compressed beside what else is built.
fn compress(from: &Path, name: &str) {
    println!("cargo::rerun-if-changed={}", from.display());
    let to = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join(format!("{name}.br"));
    let compressed = fs::read(from).and_then(|bytes| {
        let mut out = Vec::new();
        let best = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut out, &best)?;
        fs::write(&to, out)
    });
    if let Err(error) = compressed {
        println!("cargo::error={} cannot be compressed: {error}", from.display());
    }
}

fn size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|meta| meta.len())
}

fn collect(dist: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(dist, &path, files);
        } else if let (Ok(name), Ok(full)) = (path.strip_prefix(dist), path.canonicalize()) {
            files.push((name.display().to_string().replace('\\', "/"), full));
        }
    }
}
