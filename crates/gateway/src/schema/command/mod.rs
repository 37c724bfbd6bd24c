//! `diffgram-portal schema …`: schemas as files in git, by the portal's API: exported, compared, planned and applied.

mod portal;
mod words;

use std::{
    io::{Read as _, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::{Subcommand, ValueEnum};
use portal_model::{
    api::schemas::{Run, RunState},
    id::SchemaId,
    schema::file::SchemaFile,
};
use secrecy::SecretString;
use url::Url;

use self::portal::Portal;
use super::file::Format;

/// What to do with a schema.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Print a schema as a file.
    Export {
        /// The schema's id.
        id: SchemaId,
        /// How.
        #[arg(long, value_enum, default_value = "yaml")]
        format: Shape,
        /// With all ids, so that attributes and options can be renamed in the file.
        #[arg(long)]
        ids: bool,
    },
    /// Say nothing when a schema is as a file says. Else print how the file differs, and end with 1.
    Diff {
        /// The schema's id.
        id: SchemaId,
        /// The file, YAML or JSON; - for what comes in.
        file: PathBuf,
    },
    /// Print what a file would change, what of that is used, and what Diffgram cannot take back. Changes nothing.
    Plan {
        /// The schema's id.
        id: SchemaId,
        /// The file, YAML or JSON; - for what comes in.
        file: PathBuf,
    },
    /// Print the same, then make the schema what the file says. Ends with 3 when that is not at its end.
    Apply {
        /// The schema's id.
        id: SchemaId,
        /// The file, YAML or JSON; - for what comes in.
        file: PathBuf,
        /// Why, for the history.
        #[arg(long, default_value = "")]
        why: String,
    },
}

/// How a file is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Shape {
    /// For people and git.
    Yaml,
    /// For programs.
    Json,
}

/// Ends with this when a schema is not as a file says.
const DIFFERS: u8 = 1;
/// Ends with this when a schema is on its way, and not at the end of it.
const NOT_DONE: u8 = 3;
/// A run is looked after so often.
const LOOK: Duration = Duration::from_secs(1);

/// Does it, and answers what the program ends with.
///
/// # Errors
/// When the portal cannot be asked or refuses, or the file cannot be read.
pub async fn run(url: Url, key: SecretString, command: Command, out: &mut impl Write) -> anyhow::Result<u8> {
    let portal = Portal::new(url, key)?;
    match command {
        Command::Export { id, format, ids } => {
            let text = portal.export(id, matches!(format, Shape::Json), ids).await?;
            out.write_all(text.as_bytes())?;
            Ok(0)
        }
        Command::Diff { id, file } => diff(&portal, id, &file, out).await,
        Command::Plan { id, file } => {
            let (format, text) = load(&file)?;
            let planned = portal.plan(id, format, &text, "").await?;
            write!(out, "{}", words::review(&planned.now, &planned.review))?;
            Ok(0)
        }
        Command::Apply { id, file, why } => apply(&portal, id, &file, &why, out).await,
    }
}

async fn diff(portal: &Portal, id: SchemaId, file: &Path, out: &mut impl Write) -> anyhow::Result<u8> {
    let (format, text) = load(file)?;
    // Read where it stands, so that what is wrong in it says so without the portal.
    format.read(&text).map(drop::<SchemaFile>).map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))?;
    let (now, draft) = portal.meant(id, format, &text).await?;
    let base = now.plain();
    let faults = draft.faults(&base);
    let changes = draft.changes(&base);
    if faults.is_empty() && changes.is_empty() {
        return Ok(0);
    }
    write!(out, "{}{}", words::changes(&now, &changes), words::faults(&draft, &faults))?;
    Ok(DIFFERS)
}

async fn apply(portal: &Portal, id: SchemaId, file: &Path, why: &str, out: &mut impl Write) -> anyhow::Result<u8> {
    let (format, text) = load(file)?;
    let planned = portal.plan(id, format, &text, why).await?;
    write!(out, "{}", words::review(&planned.now, &planned.review))?;
    if planned.review.changes.is_empty() {
        return Ok(0);
    }
    let mut run = portal.apply(id, &planned).await?;
    let mut told = None;
    loop {
        if told.replace(run.done) != Some(run.done) {
            writeln!(out, "{} of {} calls made", run.done, run.calls)?;
            out.flush()?;
        }
        if run.state != RunState::Running {
            return ended(&run, out);
        }
        tokio::time::sleep(LOOK).await;
        run = portal.run(id, run.id).await?;
    }
}

fn ended(run: &Run, out: &mut impl Write) -> anyhow::Result<u8> {
    let reason = run.reason.as_deref().map(|reason| format!(": {}", words::plain(reason))).unwrap_or_default();
    let on_the_page = "Look at it on the page of the schema, and go on or stop there.";
    match run.state {
        RunState::Done => {
            writeln!(out, "Done, and read back: this is version {}.", run.number)?;
            return Ok(0);
        }
        RunState::Waiting => {
            let until = run.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
            writeln!(out, "It waits{until}{reason}. It goes on by itself.")?;
        }
        RunState::Paused => writeln!(out, "It paused{reason}. {on_the_page}")?,
        RunState::Stopped => writeln!(out, "Somebody stopped it{reason}. What was made by then stays.")?,
        RunState::Running => bail!("it still runs"),
    }
    Ok(NOT_DONE)
}

/// A file and how it is written: JSON by its name, else YAML, which every JSON is, too.
fn load(path: &Path) -> anyhow::Result<(Format, String)> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("what comes in cannot be read")?;
        return Ok((Format::Yaml, text));
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    Ok((if is_json { Format::Json } else { Format::Yaml }, text))
}
