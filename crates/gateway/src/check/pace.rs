//! How long reading a project will take: what there is, divided by how fast Diffgram gives it.

use std::time::{Duration, Instant};

use portal_diffgram::{Error, ProjectClient, types::TaskFilter};
use portal_model::{file::FileKind, id::FileId};

use super::{Finding, Try};
use crate::{
    config::{Periods, Project},
    words::{grouped, lasting},
};

/// Datasets whose files are counted; the others are taken to be like them.
const DATASETS: usize = 50;
/// Pictures that are read to see how fast that is.
const PICTURES: usize = 3;

/// What a few small readings say about all.
struct Pace {
    tasks: u32,
    /// A page of full rows.
    page: Duration,
    files: u32,
    /// One picture with what is drawn on it; not known where there is none.
    picture: Option<Duration>,
}

pub(super) async fn of(check: &Try<'_>, project: &Project, client: &ProjectClient) -> Finding {
    let name = format!("size of {}", project.id);
    let periods = check.config.sync;
    match measure(&periods, client).await {
        Ok(pace) => Finding::ok(name, words(&pace, &periods)),
        Err(error) => Finding::warning(name, error.to_string(), "try again; if it stays, see Diffgram's log"),
    }
}

async fn measure(periods: &Periods, client: &ProjectClient) -> Result<Pace, Error> {
    let begun = Instant::now();
    let tasks = client.tasks(&TaskFilter::default(), 0, periods.page).await?.total;
    let page = begun.elapsed();
    let mut pace = Pace { tasks, page, files: 0, picture: None };
    if periods.files.is_none() {
        return Ok(pace);
    }
    let datasets = client.datasets().await?;
    let (mut counted, mut pictures): (u64, Vec<FileId>) = (0, Vec::new());
    for dataset in datasets.iter().take(DATASETS) {
        let some = client.dataset_files(dataset.id, 1, 10).await?;
        counted += u64::from(some.total);
        let more = some.files.into_iter().filter(|listed| listed.file.kind == FileKind::Image);
        pictures.extend(more.map(|listed| listed.file.id).take(PICTURES - pictures.len()));
    }
    let looked_at = datasets.len().clamp(1, DATASETS) as u64;
    pace.files = u32::try_from(counted * datasets.len() as u64 / looked_at).unwrap_or(u32::MAX);
    if let Ok(count) = u32::try_from(pictures.len())
        && count > 0
    {
        let begun = Instant::now();
        for picture in pictures {
            client.annotations(picture).await?;
        }
        pace.picture = Some(begun.elapsed() / count);
    }
    Ok(pace)
}

fn words(pace: &Pace, periods: &Periods) -> String {
    let pages = pace.tasks.div_ceil(periods.page.max(1));
    // A page that is not full took less than a full one.
    let reading = pace.page * pages;
    let rolling = periods.rolling.max(pace.page) * pages.max(1);
    let mut words = format!(
        "{} tasks, the first reading takes about {}; an unassignment shows within {}, on the task's own page at once",
        grouped(pace.tasks),
        lasting(reading.as_secs_f64()),
        lasting(rolling.as_secs_f64()),
    );
    if periods.files.is_some() {
        words.push_str(&format!("; {} files", grouped(pace.files)));
        if let Some(picture) = pace.picture {
            // Two at once are not twice as fast (`sync-evidence.md` §5): the slower guess is the better one.
            words.push_str(&format!(", with what is drawn about {}", lasting((picture * pace.files).as_secs_f64())));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_divided_by_how_fast_it_comes() {
        let periods = Periods {
            sweep: Duration::from_secs(15),
            rolling: Duration::from_secs(10),
            small_things: Duration::from_secs(60),
            files: Some(Duration::from_secs(60)),
            page: 500,
            retry: Duration::from_millis(500),
        };
        let pace = Pace {
            tasks: 100_000,
            page: Duration::from_millis(1_740),
            files: 100_000,
            picture: Some(Duration::from_millis(31)),
        };
        assert_eq!(
            words(&pace, &periods),
            "100,000 tasks, the first reading takes about 6 min; an unassignment shows within 34 min, on the task's own page at \
             once; 100,000 files, with what is drawn about 52 min"
        );
        let none = Pace { tasks: 0, page: Duration::from_millis(80), files: 0, picture: None };
        assert_eq!(
            words(&none, &Periods { files: None, ..periods }),
            "0 tasks, the first reading takes about 0 s; an unassignment shows within 10 s, on the task's own page at once"
        );
    }
}
