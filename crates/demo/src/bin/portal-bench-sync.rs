//! Measures how the gateway reads a large Diffgram, how late changes show, and how it treats a Diffgram that has too much to do.
//! Prints `BENCH` lines for `cargo xtask bench`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Parser;
use portal_demo::people::ACME;
use reqwest::{Client, Method, header};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::sleep,
};

/// Measures reading a large Diffgram, and how late changes show.
#[derive(Debug, Parser)]
struct Arguments {
    /// Tasks of Ana.
    #[arg(long, default_value_t = 100_000)]
    tasks: usize,
    /// Files without tasks.
    #[arg(long, default_value_t = 100_000)]
    files: usize,
    /// Boxes on those files.
    #[arg(long, default_value_t = 2_000_000)]
    annotations: usize,
}

/// Whoever asks for a list waits for this.
const LIST: &str = "/api/tasks?tab=todo&limit=50";
/// How often she looks while there is reading.
const LOOK: Duration = Duration::from_millis(250);
/// What one picture takes at a real Diffgram (`sync-evidence.md` §5).
const REAL: Duration = Duration::from_millis(31);
/// What the demo's `portal.toml` says.
const SWEEP: f64 = 5.0;
/// Nothing is waited for longer.
const PATIENCE: Duration = Duration::from_secs(900);
/// Changes that are measured.
const HINTS: usize = 20;
/// Changes without a webhook that are measured.
const LOST: usize = 4;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Only fails when one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let data = tempfile::tempdir()?;
    let mut demo = Demo::start(&arguments, data.path()).await?;
    let result = measure(&arguments, &mut demo).await;
    demo.end().await;
    result
}

async fn measure(arguments: &Arguments, demo: &mut Demo) -> anyhow::Result<()> {
    let ana = Browser::signed_in(demo, "ana@acme.example").await?;
    while ana.get(LIST).await?["total"].as_u64().unwrap_or_default() == 0 {
        demo.patience()?;
        sleep(Duration::from_millis(20)).await;
    }
    let first = demo.begun.elapsed().as_secs_f64();
    let size = format!("{} tasks", grouped(arguments.tasks));
    line(
        "sync",
        &format!("first rows of a person, {size}"),
        &format!("{first:.1} s after the start"),
        None,
        None,
        "with sign-in and the demo's own start; the rest is read behind it",
    );

    let while_tasks = ana.list_until(demo, "sync.read").await?;
    let read = demo.said("sync.read")?.context("the log says nothing of tasks")?;
    let rate = number(&read, "rows_per_second");
    line(
        "sync",
        "reading tasks",
        &format!(
            "{} rows a second, {:.0} s for {}",
            whole(rate),
            number(&read, "seconds"),
            grouped(size_of(&read, "tasks"))
        ),
        None,
        None,
        "500 a page, the next page read while one is stored; the stand-in answers from memory, a real Diffgram gives 300 rows a second (`sync-evidence.md` §3)",
    );

    ana.list_until(demo, "files.listed").await?;
    let listed = demo.said("files.listed")?.context("the log says nothing of the listing")?;
    line(
        "sync",
        "listing files",
        &format!(
            "{} files a second, {:.1} s for {}",
            whole(number(&listed, "files") / number(&listed, "seconds").max(0.001)),
            number(&listed, "seconds"),
            grouped(size_of(&listed, "files"))
        ),
        None,
        None,
        "mode `base`, 1000 a page",
    );

    at_once(demo).await?;
    for (mode, words) in [("limited", "429"), ("busy", "503")] {
        rests(demo, mode, words).await?;
    }

    demo.control("load", &json!({})).await?;
    let begun = Instant::now();
    let while_files = ana.list_until(demo, "files.read").await?;
    let seconds = begun.elapsed().as_secs_f64();
    let calls = demo.control("load", &json!({})).await?["calls"].as_f64().unwrap_or_default();
    let done = demo.said("files.read")?.context("the log says nothing of the files")?;
    let (files, boxes) = (number(&done, "files"), number(&done, "annotations"));
    line(
        "sync",
        "reading what is drawn",
        &format!(
            "{} files a second, {} annotations a second; {} for {} files with {} annotations",
            whole(calls / seconds),
            whole(calls / seconds * boxes / files.max(1.0)),
            lasting(files * seconds / calls.max(1.0)),
            grouped(size_of(&done, "files")),
            grouped(size_of(&done, "annotations"))
        ),
        None,
        None,
        "`annotation/list` per file, two at once; a real Diffgram gives 48 files a second (`sync-evidence.md` §5)",
    );

    // Sweeps go on; nothing else does.
    sleep(Duration::from_secs(3)).await;
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(ana.timed(LIST).await?);
        sleep(Duration::from_millis(10)).await;
    }
    for (what, during) in [("tasks", while_tasks), ("what is drawn", while_files)] {
        if during.len() < 20 {
            continue;
        }
        let (median, p95) = (part(&during, 0.5), part(&during, 0.95));
        line(
            "sync",
            &format!("a list of {size} while {what} are read").replace("drawn are", "drawn is"),
            &format!(
                "median {median:.1} ms, p95 {p95:.1} ms; idle {:.1} and {:.1} ms; {:.1} times at p95",
                part(&idle, 0.5),
                part(&idle, 0.95),
                p95 / part(&idle, 0.95).max(0.001)
            ),
            None,
            None,
            "Ana's first 50 of `todo` four times a second; WAL and short transactions, so that reading does not wait for writing; one machine for all",
        );
    }

    hints(demo, &ana).await?;
    lost(demo, &ana).await?;
    let gateway = demo.gateway()?;
    let store = std::fs::metadata(demo.data.join("portal/portal.sqlite3")).map_or(0, |meta| meta.len());
    line(
        "memory",
        &format!(
            "gateway at {size}, {} files, {} annotations, idle",
            grouped(size_of(&done, "files")),
            grouped(size_of(&done, "annotations"))
        ),
        &format!("{:.0} MB", memory(gateway)?),
        None,
        None,
        &format!(
            "of its own (RssAnon) after the reading, one person signed in; the store is {} MB; the stand-in holds {:.0} MB",
            store >> 20,
            memory(demo.child.id().context("the demo ended")?)?
        ),
    );
    Ok(())
}

/// How many calls Diffgram has to answer at once. A call takes as long as a real one here, or nothing would be at once.
async fn at_once(demo: &Demo) -> anyhow::Result<()> {
    demo.control("latency", &json!({"milliseconds": REAL.as_millis()})).await?;
    sleep(Duration::from_millis(500)).await;
    demo.control("load", &json!({})).await?;
    sleep(Duration::from_secs(5)).await;
    let load = demo.control("load", &json!({})).await?;
    demo.control("latency", &json!({"milliseconds": 0})).await?;
    let peak = load["peak"].as_u64().unwrap_or_default();
    line(
        "sync",
        "calls at Diffgram at once, while reading",
        &format!("{peak} at the most, {} calls in 5 s", load["calls"]),
        Some("≤ 2"),
        Some(peak <= 2),
        "counted at the stand-in, each call held for 31 ms as a real one takes",
    );
    Ok(())
}

/// Whether it rests when it is asked to.
async fn rests(demo: &Demo, mode: &str, words: &str) -> anyhow::Result<()> {
    demo.control("outage", &json!({"mode": mode})).await?;
    sleep(Duration::from_millis(300)).await;
    demo.control("load", &json!({})).await?;
    sleep(Duration::from_secs(6)).await;
    let calls = demo.control("load", &json!({})).await?["calls"].as_u64().unwrap_or_default();
    demo.control("outage", &json!({"mode": "none"})).await?;
    let well = Instant::now();
    while demo.control("load", &json!({})).await?["calls"].as_u64().unwrap_or_default() < 20 {
        ensure!(well.elapsed() < Duration::from_secs(60), "it does not go on after {words}");
        sleep(Duration::from_millis(100)).await;
    }
    let again = well.elapsed().as_secs_f64();
    line(
        "sync",
        &format!("{words} with Retry-After: 2, while reading"),
        &format!("{calls} calls in 6 s; goes on {again:.1} s after the last"),
        Some("≤ 16"),
        Some(calls <= 16),
        "counted at the stand-in; each of its two readings and of its retries may ask once per rest",
    );
    Ok(())
}

/// How late a change with a webhook shows.
async fn hints(demo: &Demo, ana: &Browser) -> anyhow::Result<()> {
    let mut seconds = Vec::new();
    for task in ana.some_tasks(HINTS).await? {
        let begun = Instant::now();
        demo.complete("ana@acme.example", task.0).await?;
        ana.wait_for_change(demo, &task).await?;
        seconds.push(begun.elapsed().as_secs_f64());
    }
    let most = part(&seconds, 1.0);
    line(
        "sync",
        "a hinted change shows",
        &format!("median {:.2} s, p95 {:.2} s, at the most {most:.2} s", part(&seconds, 0.5), part(&seconds, 0.95)),
        Some("≤ 2 s"),
        Some(most <= 2.0),
        &format!(
            "{} times: from the person's Complete in Diffgram until their list says so; the webhook is sent before the commit, as Diffgram does",
            seconds.len()
        ),
    );
    Ok(())
}

/// How late a change shows whose webhook is lost.
async fn lost(demo: &Demo, ana: &Browser) -> anyhow::Result<()> {
    demo.control("webhooks", &json!({"mode": "dropped"})).await?;
    let mut seconds = Vec::new();
    for task in ana.some_tasks(HINTS + LOST).await?.into_iter().skip(HINTS) {
        let begun = Instant::now();
        demo.control(&format!("tasks/{}", task.0), &json!({"status": "in_progress"})).await?;
        ana.wait_for_change(demo, &task).await?;
        seconds.push(begun.elapsed().as_secs_f64());
    }
    let most = part(&seconds, 1.0);
    line(
        "sync",
        "a change without a webhook shows",
        &format!("median {:.1} s, at the most {most:.1} s", part(&seconds, 0.5)),
        Some("≤ the sweep (5 s here) + 2 s"),
        Some(most <= SWEEP + 2.0),
        &format!(
            "{} times, a status that somebody changed in Diffgram while webhooks get lost; the sweep is every 15 s where nothing else is configured",
            seconds.len()
        ),
    );
    Ok(())
}

/// The demo, with what it says when it is ready.
struct Demo {
    child: Child,
    begun: Instant,
    world: Value,
    data: PathBuf,
    http: Client,
}

impl Demo {
    async fn start(arguments: &Arguments, data: &Path) -> anyhow::Result<Self> {
        let beside = |name: &str| std::env::current_exe().map(|own| own.with_file_name(name));
        let program = |variable: &str, name: &str| {
            std::env::var_os(variable).map_or_else(|| beside(name), |path| Ok(path.into()))
        };
        let begun = Instant::now();
        let mut child = Command::new(program("PORTAL_DEMO", "portal-demo")?)
            .arg("--gateway")
            .arg(program("PORTAL_GATEWAY", "diffgram-portal")?)
            .args(["--json", "--ports", "free", "--data"])
            .arg(data)
            .args(["--tasks", &arguments.tasks.to_string(), "--files", &arguments.files.to_string()])
            .args(["--annotations", &arguments.annotations.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context(
                "portal-demo cannot be started; build it with cargo build --release -p portal-demo -p portal-gateway",
            )?;
        let said = child.stdout.take().context("no output")?;
        let ready = BufReader::new(said).lines().next_line().await?.context("portal-demo ended before it was ready")?;
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { child, begun, world: serde_json::from_str(&ready)?, data: data.to_owned(), http })
    }

    fn url(&self, of: &str) -> &str {
        self.world[of].as_str().unwrap_or_default()
    }

    fn patience(&self) -> anyhow::Result<()> {
        ensure!(self.begun.elapsed() < PATIENCE, "it takes too long");
        Ok(())
    }

    /// `POST /__demo/…`; what it answers.
    async fn control(&self, what: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.http.post(format!("{}/__demo/{what}", self.url("diffgram"))).json(body).send().await?;
        let text = answer.error_for_status()?.text().await?;
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Somebody completes a task in Diffgram.
    async fn complete(&self, email: &str, task: i64) -> anyhow::Result<()> {
        let diffgram = self.url("diffgram");
        let login = self.http.post(format!("{diffgram}/user/login")).form(&[("person", email)]).send().await?;
        let cookie = login.headers().get(header::SET_COOKIE).context("no session")?.to_str()?.to_owned();
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let answer = self.http.post(format!("{diffgram}/api/v1/task/{task}/complete")).header(header::COOKIE, cookie);
        answer.body("{}").send().await?.error_for_status()?;
        Ok(())
    }

    /// The fields of the first line of the gateway's log about this, for Acme.
    fn said(&self, what: &str) -> anyhow::Result<Option<BTreeMap<String, String>>> {
        let log = std::fs::read_to_string(self.data.join("gateway.log"))?;
        let plain = log.lines().map(without_colours);
        let of_acme = |line: &String| line.contains(&format!(" {what} ")) && line.contains(&format!("project={ACME}"));
        let found = plain.into_iter().find(of_acme);
        Ok(found.map(|line| {
            let fields = line.split_whitespace().filter_map(|word| word.split_once('='));
            fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        }))
    }

    /// The gateway's process.
    fn gateway(&self) -> anyhow::Result<u32> {
        let own = self.child.id().context("the demo ended")?;
        let mut children = String::new();
        for thread in std::fs::read_dir(format!("/proc/{own}/task"))? {
            children.push_str(&std::fs::read_to_string(thread?.path().join("children")).unwrap_or_default());
        }
        Ok(children.split_whitespace().next().context("no gateway")?.parse()?)
    }

    async fn end(&mut self) {
        if let Some(id) = self.child.id() {
            let _ = Command::new("kill").arg("-TERM").arg(id.to_string()).status().await;
        }
        if tokio::time::timeout(Duration::from_secs(12), self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// Somebody signed in.
struct Browser {
    http: Client,
    portal: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Goes through the sign-in as the page does.
    async fn signed_in(demo: &Demo, email: &str) -> anyhow::Result<Self> {
        let mut own = Self { http: demo.http.clone(), portal: demo.url("portal").to_owned(), cookies: BTreeMap::new() };
        let start = own.post("/api/signin", &json!({"return_to": "/"})).await?;
        let verifier = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let challenge = URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes()));
        let text = |name: &str| start[name].as_str().unwrap_or_default().to_owned();
        let form = [
            ("response_type", "code".to_owned()),
            ("client_id", text("client_id")),
            ("redirect_uri", text("redirect_uri")),
            ("scope", "openid email profile".to_owned()),
            ("state", text("state")),
            ("nonce", text("nonce")),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256".to_owned()),
            ("person", email.to_owned()),
        ];
        let answer = own.http.post(format!("{}/authorize", demo.url("provider"))).form(&form).send().await?;
        let back = answer.headers().get(header::LOCATION).context("the provider does not send back")?.to_str()?;
        let back = url::Url::parse(back)?;
        let mut body: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
        body.retain(|name, _| matches!(name.as_str(), "code" | "state" | "iss"));
        body.insert("verifier".into(), verifier);
        own.post("/api/session", &json!(body)).await?;
        Ok(own)
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.http.request(method, format!("{}{path}", self.portal));
        request.header("sec-fetch-site", "same-origin").header(header::COOKIE, cookies.join("; "))
    }

    async fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.request(Method::POST, path).json(body).send().await?.error_for_status()?;
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(serde_json::from_str(&answer.text().await?).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        Ok(self.request(Method::GET, path).send().await?.error_for_status()?.json().await?)
    }

    /// How long an answer takes, in milliseconds.
    async fn timed(&self, path: &str) -> anyhow::Result<f64> {
        let begun = Instant::now();
        let answer = self.request(Method::GET, path).send().await?.error_for_status()?;
        answer.bytes().await?;
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    }

    /// Looks at the list again and again until the log says this; how long each answer took.
    async fn list_until(&self, demo: &Demo, what: &str) -> anyhow::Result<Vec<f64>> {
        let mut took = Vec::new();
        while demo.said(what)?.is_none() {
            demo.patience().with_context(|| format!("{what} does not come"))?;
            took.push(self.timed(LIST).await?);
            sleep(LOOK).await;
        }
        Ok(took)
    }

    /// Some tasks that wait, and their status, far apart in the list.
    async fn some_tasks(&self, count: usize) -> anyhow::Result<Vec<(i64, String)>> {
        let list = self.get("/api/tasks?tab=todo&sort=oldest&limit=200").await?;
        let rows = list["rows"].as_array().context("no rows")?;
        let waiting = rows.iter().filter(|row| row["status"] == "available");
        let tasks: Vec<(i64, String)> = waiting
            .filter_map(|row| Some((row["id"].as_i64()?, row["status"].as_str()?.to_owned())))
            .take(count)
            .collect();
        if tasks.len() < count {
            bail!("only {} of {count} tasks wait", tasks.len());
        }
        Ok(tasks)
    }

    /// Until the list shows another status of a task.
    async fn wait_for_change(&self, demo: &Demo, (task, status): &(i64, String)) -> anyhow::Result<()> {
        let path = format!("/api/tasks?tab=all&q={task}&limit=50");
        loop {
            let list = self.get(&path).await?;
            let rows = list["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
            let row = rows.iter().find(|row| row["id"].as_i64() == Some(*task));
            if row.is_some_and(|row| row["status"] != status.as_str()) {
                return Ok(());
            }
            demo.patience()?;
            sleep(Duration::from_millis(10)).await;
        }
    }
}

#[expect(clippy::print_stdout, reason = "this is what `cargo xtask bench` reads")]
fn line(row: &str, what: &str, value: &str, budget: Option<&str>, met: Option<bool>, note: &str) {
    println!("BENCH {}", json!({"row": row, "what": what, "value": value, "budget": budget, "met": met, "note": note}));
}

/// A log line without its colours.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// The place of a part in the order: 0.5 is the median.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small counts"
)]
fn part(values: &[f64], part: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * part).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

fn number(fields: &BTreeMap<String, String>, name: &str) -> f64 {
    fields.get(name).and_then(|value| value.parse().ok()).unwrap_or_default()
}

fn size_of(fields: &BTreeMap<String, String>, name: &str) -> usize {
    fields.get(name).and_then(|value| value.parse().ok()).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of floats stops at the ends")]
fn whole(number: f64) -> String {
    grouped(number.round() as usize)
}

fn lasting(seconds: f64) -> String {
    if seconds < 100.0 { format!("{seconds:.0} s") } else { format!("{:.1} min", seconds / 60.0) }
}

/// 62000 as 62,000.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    groups.join(",")
}

/// Memory of a process in use, in MB.
fn memory(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("no RssAnon")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1024.0)
}
