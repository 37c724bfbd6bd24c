//! What the stand-in knows: two projects over the pictures of `media/`, with real predictions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use serde_json::Value;

use super::{Options, TaskChange, issues::Issue, schemas::Schemas};
use crate::people::{ACME, GLOBEX, PEOPLE, Person};

/// An API key.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

pub(super) struct Project {
    pub(super) number: i64,
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) key: Keys,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Rect {
    pub(super) x_min: i64,
    pub(super) y_min: i64,
    pub(super) x_max: i64,
    pub(super) y_max: i64,
}

#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub(super) label: i64,
    pub(super) rect: Rect,
    /// Run and score.
    pub(super) prediction: Option<(i64, f64)>,
    /// Track.
    pub(super) number: Option<i64>,
}

/// One of the pictures, or the clip.
pub(super) struct Picture {
    pub(super) stem: String,
    /// What Diffgram calls its files.
    pub(super) kind: &'static str,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) full: &'static [u8],
    pub(super) thumb: Vec<u8>,
    pub(super) drawn: Vec<Drawn>,
    pub(super) frames: BTreeMap<u32, Vec<Drawn>>,
    /// 0 for pictures.
    pub(super) frame_count: i64,
}

pub(super) const FRAME_RATE: i64 = 24;

/// Where the boxes of a picture's file come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boxes {
    /// Its picture has them.
    OfPicture,
    /// So many, like those of its picture.
    Made(u32),
    /// So many, all over it.
    Spread(u32),
}

pub(super) struct File {
    pub(super) project: usize,
    pub(super) picture: usize,
    pub(super) name: String,
    pub(super) created: Timestamp,
    pub(super) done: bool,
    pub(super) changed: Timestamp,
    /// The datasets it is in.
    pub(super) datasets: Vec<i64>,
    /// What is drawn on it.
    pub(super) boxes: Boxes,
    /// What was drawn on it since.
    pub(super) drawn: Vec<Drawn>,
    /// Instances that are no boxes, and boxes with answers: what they have apart from others.
    pub(super) marks: Vec<Value>,
    /// The compound file it is a part of, and its place there.
    pub(super) parent: Option<(i64, i64)>,
}

impl File {
    pub(super) fn new(project: usize, picture: usize, name: String, created: Timestamp, datasets: Vec<i64>) -> Self {
        let (done, boxes, drawn) = (false, Boxes::OfPicture, Vec::new());
        let (marks, parent) = (Vec::new(), None);
        Self { project, picture, name, created, done, changed: created, datasets, boxes, drawn, marks, parent }
    }
}

pub(super) struct Dataset {
    pub(super) id: i64,
    pub(super) project: usize,
    pub(super) name: String,
}

pub(super) struct Job {
    pub(super) id: i64,
    pub(super) project: usize,
    pub(super) name: &'static str,
    pub(super) reviews: bool,
    /// `draft`, `active`, `complete` or `archived`.
    pub(super) status: &'static str,
    /// Who works on its tasks: user ids.
    pub(super) people: Vec<i64>,
    /// Who reviews them.
    pub(super) reviewers: Vec<i64>,
    pub(super) created: Timestamp,
}

#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) id: i64,
    pub(super) project: usize,
    pub(super) job: i64,
    pub(super) file: i64,
    pub(super) dataset: (i64, &'static str),
    pub(super) status: String,
    pub(super) assignees: Vec<i64>,
    pub(super) reviewers: Vec<i64>,
    pub(super) legacy_assignee: Option<i64>,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) completed: Option<Timestamp>,
}

pub(super) struct World {
    pub(super) projects: Vec<Project>,
    pub(super) pictures: Vec<Picture>,
    pub(super) labels: Vec<(i64, String, String)>,
    pub(super) runs: Vec<(i64, String)>,
    pub(super) jobs: Vec<Job>,
    pub(super) datasets: Vec<Dataset>,
    pub(super) files: BTreeMap<i64, File>,
    pub(super) tasks: BTreeMap<i64, Task>,
    /// The files of each dataset.
    listings: HashMap<i64, BTreeSet<i64>>,
    /// The tasks of each file.
    by_file: HashMap<i64, Vec<i64>>,
    /// The tasks of each project by the time they were made, which is the order they came in.
    by_project: Vec<Vec<i64>>,
    pub(super) schemas: Schemas,
    pub(super) issues: Vec<Issue>,
    /// Ids that annotations got when they were edited, by their first one.
    edits: BTreeMap<i64, Vec<i64>>,
    pub(super) started: Timestamp,
}

#[derive(Deserialize)]
struct Media {
    images: Vec<MediaImage>,
    video: MediaVideo,
}

#[derive(Deserialize)]
struct MediaImage {
    file: String,
    width: i64,
    height: i64,
    ground_truth: Vec<MediaBox>,
    predictions: Vec<MediaBox>,
}

/// A prediction on a frame of the clip: frame, label, score, and its box.
#[derive(Deserialize)]
struct OnFrame(u32, String, f64, i64, i64, i64, i64);

#[derive(Deserialize)]
struct MediaVideo {
    ground_truth_by_frame: BTreeMap<u32, Vec<MediaBox>>,
}

#[derive(Deserialize)]
struct MediaBox {
    label: String,
    #[serde(default)]
    model_run: Option<String>,
    #[serde(default)]
    score: Option<f64>,
    #[serde(default)]
    sequence: Option<i64>,
    #[serde(flatten)]
    rect: Rect,
}

const COLOURS: [&str; 10] =
    ["#1c7ed6", "#f59f00", "#2f9e44", "#e03131", "#9c36b5", "#0c8599", "#e8590c", "#6741d9", "#c2255c", "#5c940d"];

const JOBS: [(usize, &str, bool, &str); 11] = [
    (0, "Portraits", true, "active"),
    (0, "Pets", false, "active"),
    (0, "Kitchen", true, "active"),
    (0, "Launches", false, "active"),
    (0, "Museum", false, "active"),
    (0, "Survey", true, "active"),
    (0, "Clinic", true, "active"),
    (1, "Line inspection", false, "active"),
    (0, "Night sky", false, "draft"),
    (0, "First steps", false, "complete"),
    (0, "Last year", false, "archived"),
];
/// The job whose tasks Ana, Ben and Rita draw from; all others give theirs to people one by one.
const DRAWN_FROM: i64 = 5;
/// The job that is not launched yet.
const NOT_LAUNCHED: i64 = 9;

/// The datasets, oldest first: id, project, name. The last two are customers' own: nobody has tasks on their files.
const DATASETS: [(i64, usize, &str); 10] = [
    (11, 0, "portraits-2026"),
    (12, 0, "cust-4711"),
    (13, 0, "cust-0815"),
    (14, 0, "launches"),
    (15, 0, "coins-a"),
    (16, 0, "deep-field"),
    (17, 0, "retina-7"),
    (21, 1, "line-4"),
    (31, 0, "cust-north-portraits"),
    (32, 0, "cust-south-portraits"),
];
/// The first file that has no task.
const FIRST_LOOSE: i64 = 900_001;

/// Job and dataset of a picture.
fn place(stem: &str, n: usize) -> (i64, (i64, &'static str)) {
    let customer = if n.is_multiple_of(2) { (12, "cust-4711") } else { (13, "cust-0815") };
    match stem {
        "astronaut" | "admiral" | "cameraman" => (1, (11, "portraits-2026")),
        "cat" => (2, customer),
        "coffee" | "pan" => (3, customer),
        "rocket" => (4, (14, "launches")),
        "coins" => (5, (15, "coins-a")),
        "galaxies" => (6, (16, "deep-field")),
        _ => (7, (17, "retina-7")),
    }
}

/// The user id of an address.
fn user(email: &str) -> i64 {
    Person::by_email(email).map_or(0, Person::user_id)
}

impl World {
    pub(super) fn new(options: &Options) -> anyhow::Result<Self> {
        let media: Media = serde_json::from_str(include_str!("../../media/annotations.json"))?;
        let mut world = Self {
            projects: [(1, ACME, "Acme Vision"), (2, GLOBEX, "Globex Lab")]
                .map(|(number, id, name)| Project {
                    number,
                    id,
                    name,
                    key: Keys {
                        client_id: format!("LIVE__demo{number:016}"),
                        client_secret: super::auth::new_secret(),
                    },
                })
                .into(),
            pictures: Vec::new(),
            labels: Vec::new(),
            runs: Vec::new(),
            jobs: Vec::new(),
            datasets: DATASETS
                .iter()
                .map(|&(id, project, name)| Dataset { id, project, name: name.to_owned() })
                .collect(),
            files: BTreeMap::new(),
            tasks: BTreeMap::new(),
            listings: HashMap::new(),
            by_file: HashMap::new(),
            by_project: vec![Vec::new(), Vec::new()],
            schemas: Schemas::demo(&[], Timestamp::now()),
            issues: Vec::new(),
            edits: BTreeMap::new(),
            started: Timestamp::now(),
        };
        world.jobs = JOBS
            .iter()
            .enumerate()
            .map(|(i, (project, name, reviews, status))| Job {
                id: i as i64 + 1,
                project: *project,
                name,
                reviews: *reviews,
                status,
                people: match i as i64 + 1 {
                    DRAWN_FROM => ["ana@acme.example", "ben@acme.example", "rita@acme.example"].map(user).into(),
                    NOT_LAUNCHED => ["ana@acme.example", "rita@acme.example"].map(user).into(),
                    _ => Vec::new(),
                },
                reviewers: if *reviews { vec![user("rita@acme.example")] } else { Vec::new() },
                created: world.ago(SignedDuration::from_hours(24 * 40)),
            })
            .collect();
        world.read_pictures(&media)?;
        world.schemas = Schemas::demo(&world.labels, world.started);
        world.make_tasks(options.more_tasks);
        world.make_customers();
        world.grow(options)?;
        world.make_kinds();
        world.make_issues();
        Ok(world)
    }

    pub(super) fn ago(&self, how_long: SignedDuration) -> Timestamp {
        self.started.checked_sub(how_long).unwrap_or(self.started)
    }

    pub(super) fn label(&mut self, name: &str) -> i64 {
        if let Some((id, ..)) = self.labels.iter().find(|(_, known, _)| known == name) {
            return *id;
        }
        let id = 900 + self.labels.len() as i64;
        self.labels.push((id, name.to_owned(), COLOURS[self.labels.len() % COLOURS.len()].to_owned()));
        id
    }

    fn run(&mut self, name: &str) -> i64 {
        if let Some((id, _)) = self.runs.iter().find(|(_, known)| known == name) {
            return *id;
        }
        let id = self.runs.len() as i64 + 1;
        self.runs.push((id, name.to_owned()));
        id
    }

    fn drawn(&mut self, boxes: &[MediaBox]) -> Vec<Drawn> {
        boxes
            .iter()
            .map(|b| Drawn {
                label: self.label(&b.label),
                rect: b.rect,
                prediction: b.model_run.as_ref().map(|run| (self.run(run), b.score.unwrap_or_default())),
                number: b.sequence,
            })
            .collect()
    }

    fn read_pictures(&mut self, media: &Media) -> anyhow::Result<()> {
        let bytes: HashMap<&str, &'static [u8]> = HashMap::from([
            ("admiral.jpg", include_bytes!("../../media/admiral.jpg").as_slice()),
            ("astronaut.jpg", include_bytes!("../../media/astronaut.jpg")),
            ("cameraman.jpg", include_bytes!("../../media/cameraman.jpg")),
            ("cat.jpg", include_bytes!("../../media/cat.jpg")),
            ("coffee.jpg", include_bytes!("../../media/coffee.jpg")),
            ("coins.jpg", include_bytes!("../../media/coins.jpg")),
            ("galaxies.jpg", include_bytes!("../../media/galaxies.jpg")),
            ("retina.jpg", include_bytes!("../../media/retina.jpg")),
            ("rocket.jpg", include_bytes!("../../media/rocket.jpg")),
        ]);
        for image in &media.images {
            let Some(full) = bytes.get(image.file.as_str()) else { continue };
            let truth = self.drawn(&image.ground_truth);
            let predicted = self.drawn(&image.predictions);
            self.pictures.push(Picture {
                stem: image.file.trim_end_matches(".jpg").to_owned(),
                kind: "image",
                width: image.width,
                height: image.height,
                full,
                thumb: thumb(full)?,
                drawn: truth.into_iter().chain(predicted).collect(),
                frames: BTreeMap::new(),
                frame_count: 0,
            });
        }
        let mut frames: BTreeMap<u32, Vec<Drawn>> =
            media.video.ground_truth_by_frame.iter().map(|(frame, boxes)| (*frame, self.drawn(boxes))).collect();
        let predicted: Vec<OnFrame> = serde_json::from_str(include_str!("../../media/pan-predictions.json"))?;
        for OnFrame(frame, label, score, x_min, y_min, x_max, y_max) in predicted {
            let one = Drawn {
                label: self.label(&label),
                rect: Rect { x_min, y_min, x_max, y_max },
                prediction: Some((self.run("template-match"), score)),
                number: None,
            };
            frames.entry(frame).or_default().push(one);
        }
        let coffee = bytes.get("coffee.jpg").copied().unwrap_or_default();
        self.pictures.push(Picture {
            stem: "pan".into(),
            kind: "video",
            width: 320,
            height: 240,
            full: include_bytes!("../../media/pan.mp4"),
            thumb: thumb(coffee)?,
            drawn: Vec::new(),
            frames,
            frame_count: 96,
        });
        Ok(())
    }

    fn make_tasks(&mut self, more: usize) {
        let id = |email: &str| Person::by_email(email).map_or(0, Person::user_id);
        let (ana, ben, rita, alex) =
            (id("ana@acme.example"), id("ben@acme.example"), id("rita@acme.example"), id("alex@acme.example"));
        for n in 0..300 {
            let picture = n % self.pictures.len();
            let stem = self.pictures[picture].stem.clone();
            let ending = if self.pictures[picture].kind == "video" { "mp4" } else { "jpg" };
            let who = match n / 10 % 5 {
                0 => Some(ana),
                1 => Some(ben),
                2 if n.is_multiple_of(7) => Some(alex),
                _ => None,
            };
            let mut name = format!("{stem}-{:03}.{ending}", n / 10 + 1);
            // Some of Ben's have names that try things.
            if who == Some(ben) {
                name = match n {
                    10 => "<img src=x onerror=alert(1)>.jpg".into(),
                    11 => "\u{202e}gpj.exe\u{2066}.jpg".into(),
                    12 => "long ".repeat(60) + ".jpg",
                    13 => "👩🏽‍🚀🌮 café naïve.jpg".into(),
                    14 => "صورة-رائد-الفضاء.jpg".into(),
                    _ => name,
                };
            }
            let task = self.add(0, picture, name, who);
            // Which of a person's ten is how far.
            let status = match (who, n % 10) {
                (None, 0..=7) => "available",
                (None, _) => "complete",
                (_, 0..=4) => "available",
                (_, 5) => "in_progress",
                (_, 6) => "requires_changes",
                (_, 7) => "in_review",
                (_, 8) => "complete",
                _ => "available",
            };
            let hours = (n as i64 * 37) % 500 + 1;
            let updated = self.ago(SignedDuration::from_mins(hours * 60 - (n as i64 * 13) % 50));
            if let Some(task) = self.tasks.get_mut(&task) {
                task.status = status.to_owned();
                task.updated = updated.max(task.created);
                task.completed = (status == "complete").then_some(updated);
                if matches!(status, "in_review" | "requires_changes") {
                    task.reviewers = vec![rita];
                    task.legacy_assignee = Some(rita);
                }
            }
        }
        let gus = id("gus@globex.example");
        for n in 0..24 {
            let picture = [6, 4][n % 2] % self.pictures.len();
            let task = self.add(1, picture, format!("line-{}-{:03}.jpg", ["north", "south"][n % 2], n + 1), Some(gus));
            let updated = self.ago(SignedDuration::from_hours(n as i64 * 5 + 2));
            if let Some(task) = self.tasks.get_mut(&task) {
                task.status = ["available", "in_progress", "complete"][n % 3].to_owned();
                task.updated = updated.max(task.created);
            }
        }
        for n in 0..more {
            let picture = n % self.pictures.len();
            let (stem, video) = (self.pictures[picture].stem.clone(), self.pictures[picture].kind == "video");
            let name = format!("{stem}-more-{:05}.{}", n + 1, if video { "mp4" } else { "jpg" });
            self.add(0, picture, name, Some(ana));
        }
    }

    /// Two customers' files: portraits and a clip each, on which nobody has a task.
    fn make_customers(&mut self) {
        let of = |stem: &str| self.pictures.iter().position(|picture| picture.stem == stem);
        let pictures: Vec<usize> = ["astronaut", "admiral", "cameraman", "pan"].into_iter().filter_map(of).collect();
        let mut id = FIRST_LOOSE;
        for (dataset, customer) in [(31, "north"), (32, "south")] {
            for n in 0..13_usize {
                // Twelve portraits, then the clip.
                let Some(picture) = pictures.get(if n == 12 { 3 } else { n % 3 }).copied() else { continue };
                let ending = if self.pictures[picture].kind == "video" { "mp4" } else { "jpg" };
                let created = self.ago(SignedDuration::from_hours(24 * 7 + n as i64));
                let name = format!("{customer}-{}-{:02}.{ending}", self.pictures[picture].stem, n + 1);
                self.put_file(id, File::new(0, picture, name, created, vec![dataset]));
                id += 1;
            }
        }
    }

    fn dataset(&self, name: &str) -> Option<i64> {
        self.datasets.iter().find(|dataset| dataset.name == name).map(|dataset| dataset.id)
    }

    pub(super) fn files_in(&self, dataset: &str) -> Vec<(i64, String)> {
        let Some(dataset) = self.dataset(dataset) else { return Vec::new() };
        let files = self.listing(dataset).filter_map(|id| self.files.get(&id).map(|file| (id, file.name.clone())));
        files.rev().collect()
    }

    /// Ids of the files of a dataset, newest first. Frames of videos are not in it.
    pub(super) fn listing(&self, dataset: i64) -> impl DoubleEndedIterator<Item = i64> {
        self.listings.get(&dataset).into_iter().flatten().rev().copied()
    }

    /// How many files a dataset has.
    pub(super) fn files_of(&self, dataset: i64) -> usize {
        self.listings.get(&dataset).map_or(0, BTreeSet::len)
    }

    /// The tasks of a file.
    pub(super) fn tasks_on(&self, file: i64) -> impl Iterator<Item = &Task> {
        self.by_file.get(&file).into_iter().flatten().filter_map(|id| self.tasks.get(id))
    }

    /// The tasks of a project, in the order they were made.
    pub(super) fn tasks_in(&self, project: usize) -> impl Iterator<Item = &Task> {
        self.by_project[project].iter().filter_map(|id| self.tasks.get(id))
    }

    pub(super) fn put_file(&mut self, id: i64, file: File) {
        for dataset in &file.datasets {
            self.listings.entry(*dataset).or_default().insert(id);
        }
        self.files.insert(id, file);
    }

    pub(super) fn take_out(&mut self, file: i64, dataset: &str) {
        let Some(dataset) = self.dataset(dataset) else { return };
        self.listings.entry(dataset).or_default().remove(&file);
        if let Some(file) = self.files.get_mut(&file) {
            file.datasets.retain(|known| *known != dataset);
        }
    }

    pub(super) fn predict(&mut self, file: i64, label: &str, run: &str, score: f64) {
        let (label, run) = (self.label(label), self.run(run));
        if let Some(file) = self.files.get_mut(&file) {
            let rect = Rect { x_min: 5, y_min: 5, x_max: 40, y_max: 40 };
            file.drawn.push(Drawn { label, rect, prediction: Some((run, score)), number: None });
            file.changed = Timestamp::now();
        }
    }

    /// Somebody edits an annotation of a picture: it gets another id, its root stays (`diffgram-api.md` §6.2).
    pub(super) fn edit_annotation(&mut self, id: i64) -> Option<i64> {
        let root = self.versions(id).first().copied()?;
        let new = 2_000_000_000 + self.edits.values().map(Vec::len).sum::<usize>() as i64;
        self.edits.entry(root).or_default().push(new);
        if let Some(file) = self.files.get_mut(&(root / 1000)) {
            file.changed = Timestamp::now();
        }
        Some(new)
    }

    /// The id that an annotation has now, by its first one.
    pub(super) fn last_edit(&self, root: i64) -> i64 {
        self.edits.get(&root).and_then(|later| later.last()).copied().unwrap_or(root)
    }

    /// All ids of an annotation of a picture, by any of them, oldest first; none when there is no such annotation.
    pub(super) fn versions(&self, id: i64) -> Vec<i64> {
        let root = self.edits.iter().find(|(_, later)| later.contains(&id)).map_or(id, |(root, _)| *root);
        let file = root / 1000;
        let count = self.files.get(&file).map_or(0, |entry| match self.pictures[entry.picture].kind {
            "image" => self.boxes_of(file, entry).len() as i64,
            _ => 0,
        });
        if !(0..count).contains(&(root % 1000)) {
            return Vec::new();
        }
        let later = self.edits.get(&root).into_iter().flatten().copied();
        std::iter::once(root).chain(later).collect()
    }

    fn add(&mut self, project: usize, picture: usize, name: String, who: Option<i64>) -> i64 {
        let n = self.tasks.len();
        let place = if project == 1 { (8, (21, "line-4")) } else { place(&self.pictures[picture].stem, n) };
        self.add_in(project, picture, name, who, place)
    }

    /// Adds a file and its task, in this job and dataset.
    pub(super) fn add_in(
        &mut self,
        project: usize,
        picture: usize,
        name: String,
        who: Option<i64>,
        (job, dataset): (i64, (i64, &'static str)),
    ) -> i64 {
        let n = self.tasks.len();
        let id = 1_001 + n as i64;
        let file = 5_001 + n as i64;
        // All made within a launch, some weeks ago: one microsecond apart, oldest first.
        let created = self
            .ago(SignedDuration::from_hours(24 * 30))
            .checked_add(SignedDuration::from_micros(n as i64 * 61))
            .unwrap_or(self.started);
        self.put_file(file, File::new(project, picture, name, created, vec![dataset.0]));
        self.by_file.entry(file).or_default().push(id);
        self.by_project[project].push(id);
        self.tasks.insert(
            id,
            Task {
                id,
                project,
                job,
                file,
                dataset,
                status: "available".into(),
                assignees: who.into_iter().collect(),
                reviewers: Vec::new(),
                legacy_assignee: who,
                created,
                updated: created,
                completed: None,
            },
        );
        id
    }

    pub(super) fn add_task_for(&mut self, project: &str, name: &str, email: &str) -> (i64, i64) {
        let project = self.projects.iter().position(|p| p.id == project).unwrap_or(0);
        let id = self.add(project, 0, name.to_owned(), Person::by_email(email).map(Person::user_id));
        let now = Timestamp::now();
        match self.tasks.get_mut(&id) {
            Some(task) => {
                (task.created, task.updated) = (now, now);
                (id, task.file)
            }
            None => (id, 0),
        }
    }

    /// Adds a task that nobody has, to this job.
    pub(super) fn add_open(&mut self, job: i64, name: &str) -> (i64, i64) {
        let found = self.tasks.values().find(|task| task.job == job);
        let (project, dataset) = found.map_or((0, (11, "portraits-2026")), |task| (task.project, task.dataset));
        let id = self.add_in(project, 0, name.to_owned(), None, (job, dataset));
        (id, self.tasks.get(&id).map_or(0, |task| task.file))
    }

    /// Who is on a job from now on.
    pub(super) fn put_on(&mut self, job: i64, emails: &[String]) {
        if let Some(job) = self.jobs.iter_mut().find(|known| known.id == job) {
            job.people = emails.iter().map(|email| user(email)).collect();
        }
    }

    /// What moves with which change: `sync-evidence.md` §1.
    pub(super) fn change(&mut self, id: i64, change: &TaskChange) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        let users = |emails: &[String]| {
            emails.iter().filter_map(|email| Person::by_email(email)).map(Person::user_id).collect::<Vec<_>>()
        };
        let now = Timestamp::now();
        if let Some(status) = &change.status {
            task.status.clone_from(status);
            task.updated = now;
            task.completed = (status == "complete").then_some(now).or(task.completed);
        }
        for (wanted, list) in [(&change.assignees, &mut task.assignees), (&change.reviewers, &mut task.reviewers)] {
            let Some(wanted) = wanted else { continue };
            *list = users(wanted);
            // Only a new legacy assignee moves the time; taking somebody away moves nothing.
            if let Some(last) = list.last()
                && task.legacy_assignee != Some(*last)
            {
                task.legacy_assignee = Some(*last);
                task.updated = now;
            }
        }
    }

    pub(super) fn tasks_of(&self, email: &str) -> Vec<(i64, i64, String, String)> {
        let user = Person::by_email(email).map_or(0, Person::user_id);
        self.tasks
            .values()
            .filter(|task| {
                task.status != "archived" && (task.assignees.contains(&user) || task.reviewers.contains(&user))
            })
            .map(|task| {
                (
                    task.id,
                    task.file,
                    self.files.get(&task.file).map_or_else(String::new, |f| f.name.clone()),
                    task.status.clone(),
                )
            })
            .collect()
    }

    pub(super) fn members(&self, project: usize) -> impl Iterator<Item = (&'static Person, &'static str)> {
        let id = self.projects[project].id;
        PEOPLE
            .iter()
            .filter_map(move |person| person.member_of.filter(|(p, _)| *p == id).map(|(_, role)| (person, role)))
    }
}

/// A small JPEG, 160 pixels at its longer side.
pub(super) fn thumb(full: &[u8]) -> anyhow::Result<Vec<u8>> {
    let picture = image::load_from_memory_with_format(full, image::ImageFormat::Jpeg)?.thumbnail(160, 160).to_rgb8();
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg)?;
    Ok(bytes.into_inner())
}
