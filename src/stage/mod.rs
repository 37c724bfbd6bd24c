//! The stage: a picture, a clip, a text or a sound with what people and models drew on it. Task and file show the same one.

mod answers;
mod crowd;
pub mod draw;
pub mod focus;
mod list;
mod parts;
mod picture;
mod sound;
pub mod surface;
mod text;
mod timeline;
pub mod video;

use std::collections::BTreeMap;

use leptos::prelude::*;
use portal_model::{
    annotation::{Annotation, Label},
    api::{ModelRun, answers::Answers, path},
    file::{FileKind, FileSummary},
    id::{FileId, TaskId},
    metrics::Outcome,
    results::ResultView,
};

pub use answers::{AnswerList, FileAnswers};
pub use list::{MarkList, verdict};

use crate::{
    inbox::kind_word,
    text::{t, t_with, task as words},
    ui::links::About,
};

/// What the stage and the side share.
#[derive(Clone, Copy)]
pub struct Shown {
    /// What is drawn right now: of the picture, or of the frame.
    pub annotations: RwSignal<Vec<Annotation>>,
    /// Labels of those.
    pub labels: RwSignal<Vec<Label>>,
    /// Model runs of those, as far as they are known.
    pub runs: RwSignal<Vec<ModelRun>>,
    /// What of it is shown.
    pub view: RwSignal<ResultView>,
    /// What became of each, while predictions are compared.
    pub outcomes: RwSignal<Vec<Option<Outcome>>>,
    /// Which one is pointed at.
    pub pointed: RwSignal<Option<usize>>,
    /// Which one was chosen, until another is.
    pub pinned: RwSignal<Option<usize>>,
    /// The frame in sight, for videos.
    pub frame: RwSignal<Option<u32>>,
    /// How many could not be read.
    pub unreadable: RwSignal<u32>,
    /// What was answered on the file and on those.
    pub answers: RwSignal<Vec<Answers>>,
    /// Of a text: what stands where each of those is.
    pub excerpts: RwSignal<BTreeMap<usize, String>>,
    /// Of a compound file: what it is made of. Set before the stage is made.
    pub parts: StoredValue<Vec<FileSummary>>,
    /// Which one the stage brings to its middle.
    pub centre: RwSignal<Option<usize>>,
    /// Which one the list brings into sight, however many come before it.
    pub listed: RwSignal<Option<usize>>,
    /// The frame that a clip goes to.
    pub seek: RwSignal<Option<u32>>,
    /// What links of annotations are links on.
    pub of: StoredValue<Option<About>>,
}

impl Shown {
    /// Of a picture, or of a clip of which nothing has come yet.
    pub fn new(annotations: Vec<Annotation>, unreadable: u32, labels: Vec<Label>, view: ResultView) -> Self {
        Self {
            annotations: RwSignal::new(annotations),
            labels: RwSignal::new(labels),
            runs: RwSignal::default(),
            view: RwSignal::new(view),
            outcomes: RwSignal::default(),
            pointed: RwSignal::new(None),
            pinned: RwSignal::new(None),
            frame: RwSignal::new(None),
            unreadable: RwSignal::new(unreadable),
            answers: RwSignal::default(),
            excerpts: RwSignal::default(),
            parts: StoredValue::default(),
            centre: RwSignal::new(None),
            listed: RwSignal::new(None),
            seek: RwSignal::new(None),
            of: StoredValue::new(None),
        }
    }

    /// The one that stands out.
    pub fn marked(self) -> Option<usize> {
        self.pointed.get().or_else(|| self.pinned.get())
    }
}

/// Where the frames of a clip are read: by a task on it, or by the file.
#[derive(Clone, Copy, Debug)]
pub enum FramesOf {
    /// By a task.
    Task(TaskId),
    /// By the file itself.
    File(FileId),
}

impl FramesOf {
    /// The address of the frames `from..to`.
    fn address(self, from: u32, to: u32) -> String {
        match self {
            Self::Task(id) => path::task_frames(id, from, to),
            Self::File(id) => path::file_frames(id, from, to),
        }
    }
}

/// The right stage for a file.
pub fn stage(file: FileSummary, frames: FramesOf, shown: Shown, frame: Option<u32>) -> AnyView {
    match file.kind {
        FileKind::Video => view! { <video::VideoStage file frames shown wanted=frame/> }.into_any(),
        FileKind::Image => view! { <picture::PictureStage file shown/> }.into_any(),
        FileKind::Text => view! { <text::TextStage file shown/> }.into_any(),
        FileKind::Audio => view! { <sound::SoundStage file shown/> }.into_any(),
        FileKind::Compound => view! { <parts::PartsStage shown/> }.into_any(),
        kind => view! { <NoPreview kind/> }.into_any(),
    }
}

/// The picture did not come.
#[component]
fn Failed() -> impl IntoView {
    view! { <div class="nothing" role="alert"><strong>{t(words::PICTURE_FAILED)}</strong><p>{t(words::PICTURE_FAILED_WORDS)}</p></div> }
}

/// A kind of file that is not shown here, by its name.
#[component]
fn NoPreview(kind: FileKind) -> impl IntoView {
    let title = t_with(words::NO_PREVIEW, &[("kind", &kind_word(&kind))]);
    view! { <div class="nothing"><strong><bdi>{title}</bdi></strong><p>{t(words::NO_PREVIEW_WORDS)}</p></div> }
}
