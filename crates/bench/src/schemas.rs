//! Editing a large schema: what a file and a draft of it mean, found by the model alone and by the gateway.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use portal_model::{
    api::schemas::{SchemaDetail, Wish, path},
    attribute::DraftOption,
    id::SchemaId,
    schema::{Schema, SchemaDraft, file::SchemaFile},
};
use serde_json::{Value, json};

use crate::{
    line::Line,
    numbers::Times,
    person::Person,
    world::{Programs, World},
};

/// The demo's tree of colours.
const SCHEMA: SchemaId = SchemaId(1);
const TREE: i64 = 8;

/// How much there is.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Options of the schema.
    #[arg(long, default_value_t = 50_000)]
    options: usize,
    /// How many of them a draft changes.
    #[arg(long, default_value_t = 5_000)]
    changes: usize,
    /// How often each is measured, in turns.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
}

/// Renames, moves, new and archived ones, as many of each.
fn edited(base: &Schema, changes: usize) -> anyhow::Result<SchemaDraft> {
    let mut draft = SchemaDraft::from(base);
    let tree = draft.attributes.iter_mut().find(|one| one.key == TREE.to_string()).context("no tree")?;
    let options = &mut tree.fields.options;
    // The grown ones stand at the end, in a tree that is flat so far; the demo's own stay.
    let first = options.len().checked_sub(changes).context("fewer options than changes")?;
    let quarter = changes / 4;
    let under = options.first().map(|option| option.key.clone());
    for (n, option) in options.iter_mut().skip(first).take(2 * quarter).enumerate() {
        if n < quarter {
            option.name.push_str(" (renamed)");
        } else {
            option.parent.clone_from(&under);
        }
    }
    options.truncate(first + 3 * quarter);
    let key = |n: usize| format!("new-{n}");
    options.extend((0..quarter).map(|n| DraftOption { key: key(n), name: format!("added {n}"), parent: None }));
    Ok(draft)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let done = work();
    (done, begun.elapsed())
}

/// Measures, and prints what came of it.
pub async fn run(programs: &Programs, options: &Options) -> anyhow::Result<()> {
    let world = World::start(programs, &[]).await?;
    let alex = Person::sign_in(&world, "alex@acme.example").await?;
    world.read(&alex).await?;
    let grow = format!("{}/__demo/attributes/{TREE}/grow", world.diffgram);
    world.http.post(grow).json(&json!({"more": options.options})).send().await?.error_for_status()?;
    let detail: SchemaDetail = serde_json::from_value(alex.get(&path::schema(SCHEMA)).await?)?;
    let base = detail.plain();
    let draft = edited(&base, options.changes)?;
    ensure!(draft.faults(&base).is_empty(), "the draft is sound");
    of_the_model(&base, &draft, options)?;
    of_the_gateway(&alex, draft, options).await?;
    world.end().await
}

fn of_the_model(base: &Schema, draft: &SchemaDraft, options: &Options) -> anyhow::Result<()> {
    let (mut floor, mut planned, mut read) = (Vec::new(), Vec::new(), Vec::new());
    let file = SchemaFile::of(base, false);
    for _ in 0..options.rounds {
        let (copy, time) = timed(|| draft.clone());
        floor.push(time);
        let (found, time) = timed(|| (copy.faults(base), copy.changes(base), copy.plan(base)));
        planned.push(time);
        ensure!(found.2.len() == options.changes / 4 * 4, "{} calls", found.2.len());
        let (meant, time) = timed(|| file.over(base));
        read.push(time);
        ensure!(meant.is_ok_and(|meant| meant.changes(base).is_empty()), "a file is what it was written from");
    }
    let [floor, planned, read] = [floor, planned, read].map(Times::new);
    let ratio = |times: &Times| times.at(0.5) / floor.at(0.5).max(f64::EPSILON);
    for (what, times) in [("faults, changes and plan", &planned), ("a file over the schema", &read)] {
        Line {
            row: "schemas",
            what: format!("{what}: {} changes of {} options", options.changes, options.options),
            value: format!("median {:.0} ms, worst {:.0} ms", times.at(0.5), times.at(1.0)),
            budget: "≤ 1 s",
            met: Some(times.at(1.0) <= 1_000.0),
            note: format!(
                "the model alone, {} rounds; {:.1} times what copying the draft takes ({:.1} ms)",
                times.len(),
                ratio(times),
                floor.at(0.5)
            ),
        }
        .print();
    }
    Ok(())
}

async fn of_the_gateway(alex: &Person, draft: SchemaDraft, options: &Options) -> anyhow::Result<()> {
    let (mut floor, mut planned) = (Vec::new(), Vec::new());
    let wish = serde_json::to_string(&Wish { draft, why: "bench".into() })?;
    for _ in 0..options.rounds {
        let begun = Instant::now();
        let answer = alex.request(&path::schema(SCHEMA)).send().await?.error_for_status()?;
        answer.bytes().await?;
        floor.push(begun.elapsed());
        let begun = Instant::now();
        let request = alex.post(&path::plan(SCHEMA)).header("content-type", "application/json").body(wish.clone());
        let review: Value = request.send().await?.error_for_status()?.json().await?;
        planned.push(begun.elapsed());
        ensure!(review["calls"] == options.changes / 4 * 4, "{} calls", review["calls"]);
    }
    let [floor, planned] = [floor, planned].map(Times::new);
    Line {
        row: "schemas",
        what: format!("POST plan: {} changes of {} options", options.changes, options.options),
        value: format!("median {:.0} ms, worst {:.0} ms", planned.at(0.5), planned.at(1.0)),
        budget: "≤ 1 s",
        met: Some(planned.at(1.0) <= 1_000.0),
        note: format!(
            "the whole request of {} MB, {} rounds; {:.1} times a GET of the schema in turns ({:.0} ms), which reads the same from \
             the stand-in",
            wish.len() / 1_000_000,
            planned.len(),
            planned.at(0.5) / floor.at(0.5).max(f64::EPSILON),
            floor.at(0.5)
        ),
    }
    .print();
    Ok(())
}
