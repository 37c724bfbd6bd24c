//! What the page weighs, as a result among the others. Bytes are exact: the table that holds them is a test.

use anyhow::Result;

use super::results::Line;
use crate::{page::size, repo::Repo};

/// Weighs the page; with `update` the table in the repository becomes what it weighs now.
pub fn lines(repo: &Repo, update: bool) -> Result<Vec<Line>> {
    let now = size::measure(&repo.dist())?;
    print!("{now}");
    if update {
        now.keep(repo)?;
    }
    Ok(vec![Line {
        row: "code".into(),
        what: "wasm, JavaScript and styles for a signed-in person's list, brotli".into(),
        value: format!("{:.1} KB", now.first_route() as f64 / 1000.0),
        budget: "≤ 220 KB, goal 200".into(),
        met: Some(now.fits()),
        note: format!(
            "every part: benches/SIZE.md; Label Studio's task page 1,737 KB, Diffgram's job page 1,541 KB (measured elsewhere in the same way). In chunks that come later: {}",
            now.later()
        ),
    }])
}
