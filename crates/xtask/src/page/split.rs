//! Cuts the linked page into chunks that browsers fetch when they are needed: the splitter on what cargo linked, then
//! wasm-bindgen on the main part, wasm-opt on every part, and names that carry a hash. Takes the place of what trunk made.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use super::{files_below, imports, styles::Styles};
use crate::run::ask;

/// The page's name, which all its files begin with.
const NAME: &str = "portal-web";
/// The script that fetches chunks, before its hash is known.
const LINK: &str = "chunks.js";
/// Small, and without notes for tools.
const WISHES: [&str; 3] = ["-Os", "--strip-producers", "--strip-target-features"];
/// What wasm-opt may use: what browsers of the last years have.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The tools, found before.
pub struct Tools {
    /// wasm-bindgen, of the lockfile's version.
    pub bindgen: PathBuf,
    /// wasm-opt, where there is one.
    pub wasm_opt: Option<PathBuf>,
    /// Where what wasm-opt made is kept, by what it was made of: most changes touch few parts.
    pub cache: PathBuf,
}

/// Cuts `linked` and puts the parts into `dist/`. `styles` are the files of styles that a chunk needs besides.
pub fn split(linked: &Path, dist: &Path, tools: &Tools, styles: &Styles) -> Result<()> {
    let work = tempfile::tempdir().context("a temporary folder")?;
    let work = work.path();
    let wasm = fs::read(linked).with_context(|| format!("{} cannot be read", linked.display()))?;
    let (main, script) = (work.join("main.wasm"), format!("./{NAME}.js"));
    let mut options = wasm_split_cli_support::Options::new(&wasm);
    options.output_dir = work;
    options.main_out_path = &main;
    options.main_module = &script;
    let link = format!("./{LINK}");
    options.link_name = &link;
    let cut = wasm_split_cli_support::transform(options).map_err(|error| anyhow::anyhow!("splitting: {error:#}"))?;
    run(Command::new(&tools.bindgen)
        .args([
            "--target=web",
            "--keep-lld-exports",
            "--no-demangle",
            "--no-typescript",
            "--out-name",
            NAME,
            "--out-dir",
        ])
        .arg(work)
        .arg(&main))?;
    let (bound, script) = (work.join(format!("{NAME}_bg.wasm")), work.join(format!("{NAME}.js")));
    let (wasm, text) = imports::shorten(
        &fs::read(&bound).with_context(|| format!("{} cannot be read", bound.display()))?,
        &fs::read_to_string(&script).with_context(|| format!("{} cannot be read", script.display()))?,
    )?;
    fs::write(&bound, wasm).context("the main part cannot be written")?;
    fs::write(&script, text).context("the page's script cannot be written")?;
    let mut parts = cut.split_modules;
    parts.push(bound);
    if let Some(wasm_opt) = &tools.wasm_opt {
        optimize(wasm_opt, &parts, &tools.cache)?;
    }
    let mut names = BTreeMap::new();
    for part in &parts {
        let bytes = fs::read(part).with_context(|| format!("{} cannot be read", part.display()))?;
        let old = part.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let new = hashed(old.trim_end_matches(".wasm"), &[&bytes], "wasm");
        fs::write(dist.join(&new), &bytes).with_context(|| format!("{new} cannot be written"))?;
        names.insert(old, new);
    }
    let scripts = Scripts::read(work, &names)?;
    fs::write(dist.join(&scripts.main.0), &scripts.main.1).context("the page's script cannot be written")?;
    fs::write(dist.join(&scripts.link.0), &scripts.link.1).context("the chunks' script cannot be written")?;
    let chunks: BTreeMap<String, Vec<&str>> = cut
        .prefetch_map
        .into_iter()
        .map(|(chunk, stems)| {
            let files = stems.iter().filter_map(|stem| names.get(&format!("{stem}.wasm"))).map(String::as_str);
            let styles = styles.get(&chunk).into_iter().flatten().map(String::as_str);
            let files = files.chain(styles).collect();
            (chunk, files)
        })
        .collect();
    let wasm = names.get(&format!("{NAME}_bg.wasm")).context("the main part is missing")?;
    put_in_place(dist, &scripts, wasm, &serde_json::to_string(&chunks).context("the list of chunks")?)
}

/// The two scripts, with their names. They import each other, so both carry one hash, taken before their names go in.
struct Scripts {
    main: (String, String),
    link: (String, String),
}

impl Scripts {
    fn read(work: &Path, names: &BTreeMap<String, String>) -> Result<Self> {
        let read = |name: &str| fs::read_to_string(work.join(name)).with_context(|| format!("{name} is missing"));
        let (mut main, mut link) = (read(&format!("{NAME}.js"))?, read(LINK)?);
        for (old, new) in names {
            main = main.replace(&format!("'{old}'"), &format!("'{new}'"));
            link = link.replace(&format!("\"./{old}\""), &format!("\"./{new}\""));
        }
        link = one_loader(&link);
        let bytes = [main.as_bytes(), link.as_bytes()];
        let (main_name, link_name) = (hashed(NAME, &bytes, "js"), hashed("chunks", &bytes, "js"));
        // Only where it is imported from, not where the wasm names it.
        let main = main.replace(&format!("from \"./{LINK}\""), &format!("from \"./{link_name}\""));
        let link = link.replace(&format!("\"./{NAME}.js\""), &format!("\"./{main_name}\""));
        if !main.contains(&link_name) || !link.contains(&main_name) {
            bail!("the scripts of the page do not name each other as expected");
        }
        Ok(Self { main: (main_name, main), link: (link_name, link) })
    }
}

/// The script that fetches chunks with one function for all of them; as it is where the splitter writes it in another way.
fn one_loader(link: &str) -> String {
    const BEFORE: &str = "makeLoad(() => {\n    const src = fetch(new URL(";
    const AFTER: &str = ", import.meta.url));\n    src.catch(() => {});\n    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n}\n, ";
    if link.matches(BEFORE).count() == 0 || link.matches(BEFORE).count() != link.matches(AFTER).count() {
        return link.to_owned();
    }
    // A declaration holds from the first line on.
    let one = format!("function fetched(file, deps) {{ return {BEFORE}file{AFTER}deps); }}\n");
    link.replace(BEFORE, "fetched(").replace(AFTER, ", ") + &one
}

/// Takes away what trunk made of the whole wasm and names the parts in its place.
fn put_in_place(dist: &Path, scripts: &Scripts, wasm: &str, chunks: &str) -> Result<()> {
    let index = dist.join("index.html");
    let mut html = fs::read_to_string(&index).context("index.html cannot be read")?;
    for file in files_below(dist)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let new = match name.as_str() {
            name if name == wasm || *name == scripts.main.0 => continue,
            name if name.starts_with(NAME) && name.ends_with("_bg.wasm") => wasm,
            name if name.starts_with(NAME) && name.ends_with(".js") => &scripts.main.0,
            _ => continue,
        };
        html = html.replace(&name, new);
        fs::remove_file(&file).with_context(|| format!("{name} cannot be taken away"))?;
    }
    let html = with_chunks(&html, &scripts.link.0, chunks)?;
    fs::write(&index, html).context("index.html cannot be written")
}

/// Tells `init.js` the chunks, and the browser to fetch the script that fetches them.
fn with_chunks(html: &str, link: &str, chunks: &str) -> Result<String> {
    let (before, after) = html.split_once(" data-js=").context("index.html has no script with data-js")?;
    let html = format!("{before} data-chunks='{chunks}' data-js={after}");
    let (before, after) = html.split_once("</head>").context("index.html has no head")?;
    Ok(format!("{before}<link rel=\"modulepreload\" href=\"/{link}\"></head>{after}"))
}

/// All parts at once, as many as there are processors.
fn optimize(wasm_opt: &Path, parts: &[PathBuf], cache: &Path) -> Result<()> {
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let version = ask(wasm_opt, &["--version"]).unwrap_or_default();
    let next = std::sync::atomic::AtomicUsize::new(0);
    thread::scope(|scope| {
        let work = || -> Result<()> {
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(part) = parts.get(at) else { return Ok(()) };
                optimize_one((wasm_opt, &version), part, cache)?;
            }
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| bail!("wasm-opt: a thread died")))
    })
}

/// One part, unless the same was optimised before.
fn optimize_one((wasm_opt, version): (&Path, &str), part: &Path, cache: &Path) -> Result<()> {
    let bytes = fs::read(part).with_context(|| format!("{} cannot be read", part.display()))?;
    // What everybody loads is worth a second look.
    let is_main = part.file_name().is_some_and(|name| name.to_string_lossy().starts_with(NAME));
    let wishes = [&WISHES[..], if is_main { &WISHES[..1] } else { &[] }].concat();
    let key = [version.as_bytes(), wishes.join(" ").as_bytes(), FEATURES.join(" ").as_bytes(), &bytes].concat();
    let known = cache.join(Sha256::digest(&key).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    if known.is_file() {
        fs::copy(&known, part).with_context(|| format!("{} cannot be copied", known.display()))?;
        return Ok(());
    }
    run(Command::new(wasm_opt).args(&wishes).args(FEATURES).arg(part).arg("-o").arg(part))?;
    fs::create_dir_all(cache).with_context(|| format!("{} cannot be made", cache.display()))?;
    // Whole or not at all: a run may be stopped in the middle.
    let half = cache.join(part.file_name().unwrap_or_default()).with_extension("half");
    fs::copy(part, &half).with_context(|| format!("{} cannot be written", half.display()))?;
    fs::rename(&half, &known).with_context(|| format!("{} cannot be written", known.display()))
}

pub fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("`{program}` cannot be started"))?;
    if !output.status.success() {
        bail!("`{program}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// A name that changes with the content, as the gateway recognises it: eight hexadecimal digits, because a page names some hundred
/// files and digits cannot be compressed. Two of the same name among so few differ as good as always.
pub fn hashed(stem: &str, contents: &[&[u8]], extension: &str) -> String {
    let mut hash = Sha256::new();
    contents.iter().for_each(|bytes| hash.update(bytes));
    let digits: String = hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{stem}-{digits}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = r#"<head><link href="/portal-web-1.js"></head><script src="/init.js" data-js="/portal-web-1.js" data-wasm="/portal-web-1_bg.wasm"></script>"#;

    #[test]
    fn chunks_share_one_loader() {
        let chunk = |name: &str| {
            format!(
                "makeLoad(() => {{\n    const src = fetch(new URL(\"./{name}\", import.meta.url));\n    src.catch(() => {{}});\n    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n}}\n, [a]);\n"
            )
        };
        let short = one_loader(&format!("const a = {}const b = {}", chunk("a.wasm"), chunk("b.wasm")));
        assert!(
            short.starts_with("const a = fetched(\"./a.wasm\", [a]);\nconst b = fetched(\"./b.wasm\", [a]);\n"),
            "{short}"
        );
        assert_eq!(short.matches("instantiateStreaming").count(), 1);
        assert_eq!(one_loader("const a = other();"), "const a = other();");
    }

    #[test]
    fn the_page_names_the_parts_and_nothing_of_trunk_stays() {
        let dir = tempfile::tempdir().expect("a folder");
        for (name, text) in
            [("index.html", HTML), ("portal-web-1.js", "old"), ("portal-web-1_bg.wasm", "old"), ("init.js", "")]
        {
            fs::write(dir.path().join(name), text).expect("written");
        }
        let scripts =
            Scripts { main: ("portal-web-aa.js".into(), String::new()), link: ("chunks-aa.js".into(), String::new()) };
        put_in_place(dir.path(), &scripts, "portal-web_bg-bb.wasm", r#"{"task":["a.wasm"]}"#).expect("in place");
        let html = fs::read_to_string(dir.path().join("index.html")).expect("read");
        assert_eq!(
            html,
            r#"<head><link href="/portal-web-aa.js"><link rel="modulepreload" href="/chunks-aa.js"></head><script src="/init.js" data-chunks='{"task":["a.wasm"]}' data-js="/portal-web-aa.js" data-wasm="/portal-web_bg-bb.wasm"></script>"#
        );
        assert!(!dir.path().join("portal-web-1.js").exists() && dir.path().join("init.js").exists());
    }

    #[test]
    fn names_follow_the_content() {
        assert_eq!(hashed("a", &[b"x"], "js"), hashed("a", &[b"x"], "js"));
        assert_ne!(hashed("a", &[b"x"], "js"), hashed("a", &[b"y"], "js"));
        assert_eq!(hashed("a", &[b"x"], "js").len(), "a-01234567.js".len());
    }
}
