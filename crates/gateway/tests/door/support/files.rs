//! Worlds whose files have been read, and which files somebody should see.

use std::{collections::BTreeSet, time::Duration};

use super::{Browser, Setup, World, eventually};

/// Waits until all that this person may see has been read, what is drawn on it too.
pub async fn are_read(browser: &Browser) {
    eventually("annotations are read", Duration::from_secs(180), async || {
        browser.get("/api/files?limit=1").await.json()["annotations_percent"] == 100
    })
    .await;
}

/// A world in which that is so for these people.
pub async fn world_read_for(people: &[&str]) -> World {
    let world = Box::pin(World::with(Setup { files: true, ..Setup::default() })).await;
    for email in people {
        are_read(&world.browser().signed_in(email).await).await;
    }
    world
}

/// The files that somebody should see: of their tasks, and of these datasets.
pub fn due(world: &World, email: &str, datasets: &[&str]) -> BTreeSet<i64> {
    let mut due: BTreeSet<i64> = world.diffgram.tasks_of(email).into_iter().map(|(_, file, ..)| file).collect();
    due.extend(datasets.iter().flat_map(|dataset| world.diffgram.files_in(dataset)).map(|(id, _)| id));
    due
}

/// A query as it stands in an address.
pub fn encoded(q: &str) -> String {
    portal_model::links::encode(q)
}
