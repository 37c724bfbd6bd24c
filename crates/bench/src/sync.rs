//! Measures how the gateway reads a large Diffgram, how late changes show, and how it treats a Diffgram that has too much to do.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use reqwest::header;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    line::Line,
    person::Person,
    world::{Programs, World, memory_of},
};

/// How large Diffgram is.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Tasks of Ana.
    #[arg(long, default_value_t = 100_000)]
    tasks: u32,
    /// Files without tasks.
    #[arg(long, default_value_t = 100_000)]
    files: u32,
    /// Boxes on those files.
    #[arg(long, default_value_t = 2_000_000)]
    annotations: u32,
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

/// Measures, and ends the demo whatever came of it.
pub async fn run(programs: &Programs, options: &Options) -> anyhow::Result<()> {
    let sizes = [("--tasks", options.tasks), ("--files", options.files), ("--annotations", options.annotations)];
    let world = World::start(programs, &sizes).await?;
    let result = measure(options, &world).await;
    world.end().await?;
    result
}

async fn measure(options: &Options, world: &World) -> anyhow::Result<()> {
    let ana = Person::sign_in(world, "ana@acme.example").await?;
    while ana.get(LIST).await?["total"].as_u64().unwrap_or_default() == 0 {
        patience(world)?;
        sleep(Duration::from_millis(20)).await;
    }
    let first = world.begun.elapsed().as_secs_f64();
    let size = format!("{} tasks", grouped(options.tasks as usize));
    line(
        "sync",
        &format!("first rows of a person, {size}"),
        &format!("{first:.1} s after the start"),
        None,
        None,
        "with sign-in and the demo's own start; the rest is read behind it",
    );

    let while_tasks = list_until(&ana, world, "sync.read").await?;
    let read = said(world, "sync.read")?.context("the log says nothing of tasks")?;
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

    list_until(&ana, world, "files.listed").await?;
    let listed = said(world, "files.listed")?.context("the log says nothing of the listing")?;
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

    at_once(world).await?;
    for (mode, words) in [("limited", "429"), ("busy", "503")] {
        rests(world, mode, words).await?;
    }

    control(world, "load", &json!({})).await?;
    let begun = Instant::now();
    let while_files = list_until(&ana, world, "files.read").await?;
    let seconds = begun.elapsed().as_secs_f64();
    let calls = control(world, "load", &json!({})).await?["calls"].as_f64().unwrap_or_default();
    let done = said(world, "files.read")?.context("the log says nothing of the files")?;
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
        idle.push(timed(&ana, LIST).await?);
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

    hints(world, &ana).await?;
    lost(world, &ana).await?;
    let store = std::fs::metadata(world.data.join("portal/portal.sqlite3")).map_or(0, |meta| meta.len());
    line(
        "memory",
        &format!(
            "gateway at {size}, {} files, {} annotations, idle",
            grouped(size_of(&done, "files")),
            grouped(size_of(&done, "annotations"))
        ),
        &format!("{} MB", world.memory()? / 1024),
        None,
        None,
        &format!(
            "of its own (RssAnon) after the reading, one person signed in; the store is {} MB; the stand-in holds {} MB",
            store >> 20,
            memory_of(world.demo)? / 1024
        ),
    );
    Ok(())
}

/// How many calls Diffgram has to answer at once. A call takes as long as a real one here, or nothing would be at once.
async fn at_once(world: &World) -> anyhow::Result<()> {
    control(world, "latency", &json!({"milliseconds": REAL.as_millis()})).await?;
    sleep(Duration::from_millis(500)).await;
    control(world, "load", &json!({})).await?;
    sleep(Duration::from_secs(5)).await;
    let load = control(world, "load", &json!({})).await?;
    control(world, "latency", &json!({"milliseconds": 0})).await?;
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
async fn rests(world: &World, mode: &str, words: &str) -> anyhow::Result<()> {
    control(world, "outage", &json!({"mode": mode})).await?;
    sleep(Duration::from_millis(300)).await;
    control(world, "load", &json!({})).await?;
    sleep(Duration::from_secs(6)).await;
    let calls = control(world, "load", &json!({})).await?["calls"].as_u64().unwrap_or_default();
    control(world, "outage", &json!({"mode": "none"})).await?;
    let well = Instant::now();
    while control(world, "load", &json!({})).await?["calls"].as_u64().unwrap_or_default() < 20 {
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
async fn hints(world: &World, ana: &Person) -> anyhow::Result<()> {
    let mut seconds = Vec::new();
    for task in some_tasks(ana, HINTS).await? {
        let begun = Instant::now();
        complete(world, "ana@acme.example", task.0).await?;
        wait_for_change(ana, world, &task).await?;
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
async fn lost(world: &World, ana: &Person) -> anyhow::Result<()> {
    control(world, "webhooks", &json!({"mode": "dropped"})).await?;
    let mut seconds = Vec::new();
    for task in some_tasks(ana, HINTS + LOST).await?.into_iter().skip(HINTS) {
        let begun = Instant::now();
        control(world, &format!("tasks/{}", task.0), &json!({"status": "in_progress"})).await?;
        wait_for_change(ana, world, &task).await?;
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

fn patience(world: &World) -> anyhow::Result<()> {
    ensure!(world.begun.elapsed() < PATIENCE, "it takes too long");
    Ok(())
}

/// `POST /__demo/…`; what it answers.
async fn control(world: &World, what: &str, body: &Value) -> anyhow::Result<Value> {
    let answer = world.http.post(format!("{}/__demo/{what}", world.diffgram)).json(body).send().await?;
    let text = answer.error_for_status()?.text().await?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Somebody completes a task in Diffgram.
async fn complete(world: &World, email: &str, task: i64) -> anyhow::Result<()> {
    let login = world.http.post(format!("{}/user/login", world.diffgram)).form(&[("person", email)]).send().await?;
    let cookie = login.headers().get(header::SET_COOKIE).context("no session")?.to_str()?.to_owned();
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let answer = world.http.post(format!("{}/api/v1/task/{task}/complete", world.diffgram));
    answer.header(header::COOKIE, cookie).body("{}").send().await?.error_for_status()?;
    Ok(())
}

/// The fields of the first line of the gateway's log about this, for Acme.
fn said(world: &World, what: &str) -> anyhow::Result<Option<BTreeMap<String, String>>> {
    let log = std::fs::read_to_string(world.data.join("gateway.log"))?;
    let of_acme = |line: &String| line.contains(&format!(" {what} ")) && line.contains("project=acme-vision");
    Ok(log.lines().map(without_colours).find(of_acme).map(|line| {
        let fields = line.split_whitespace().filter_map(|word| word.split_once('='));
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }))
}

/// How long an answer takes, in milliseconds.
async fn timed(person: &Person, path: &str) -> anyhow::Result<f64> {
    let begun = Instant::now();
    person.request(path).send().await?.error_for_status()?.bytes().await?;
    Ok(begun.elapsed().as_secs_f64() * 1000.0)
}

/// Looks at the list again and again until the log says this; how long each answer took.
async fn list_until(person: &Person, world: &World, what: &str) -> anyhow::Result<Vec<f64>> {
    let mut took = Vec::new();
    while said(world, what)?.is_none() {
        patience(world).with_context(|| format!("{what} does not come"))?;
        took.push(timed(person, LIST).await?);
        sleep(LOOK).await;
    }
    Ok(took)
}

/// Some tasks that wait, and their status.
async fn some_tasks(person: &Person, count: usize) -> anyhow::Result<Vec<(i64, String)>> {
    let list = person.get("/api/tasks?tab=todo&sort=oldest&limit=200").await?;
    let rows = list["rows"].as_array().context("no rows")?;
    let waiting = rows.iter().filter(|row| row["status"] == "available");
    let tasks: Vec<(i64, String)> =
        waiting.filter_map(|row| Some((row["id"].as_i64()?, row["status"].as_str()?.to_owned()))).take(count).collect();
    if tasks.len() < count {
        bail!("only {} of {count} tasks wait", tasks.len());
    }
    Ok(tasks)
}

/// Until the list shows another status of a task.
async fn wait_for_change(person: &Person, world: &World, (task, status): &(i64, String)) -> anyhow::Result<()> {
    let path = format!("/api/tasks?tab=all&q={task}&limit=50");
    loop {
        let list = person.get(&path).await?;
        let rows = list["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
        let row = rows.iter().find(|row| row["id"].as_i64() == Some(*task));
        if row.is_some_and(|row| row["status"] != status.as_str()) {
            return Ok(());
        }
        patience(world)?;
        sleep(Duration::from_millis(10)).await;
    }
}

fn line(row: &str, what: &str, value: &str, budget: Option<&str>, met: Option<bool>, note: &str) {
    let budget = budget.unwrap_or_default();
    Line { row, what: what.to_owned(), value: value.to_owned(), budget, met, note: note.to_owned() }.print();
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
