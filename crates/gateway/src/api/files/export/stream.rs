//! Pages of files, one after the other, into pieces of text: nothing is read before the piece before it was taken.

use std::collections::{BTreeSet, HashMap};

use async_stream::try_stream;
use bytes::Bytes;
use futures::Stream;
use portal_model::{
    annotation::{Annotation, Label},
    api::explorer::FileTile,
    id::{LabelId, ModelRunId},
};

use crate::{index, policy::Scope};

/// Files that are read at once.
const PAGE: usize = 100;
/// A piece is sent when it is so long, in bytes, or when its page ends.
const PIECE: usize = 64 << 10;

/// Some files, with the names of what is drawn on them.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) files: Vec<FileTile>,
    pub(super) labels: HashMap<LabelId, Label>,
    pub(super) runs: HashMap<ModelRunId, String>,
}

impl Page {
    /// The files of these ids that are in scope now.
    pub(super) async fn read(scope: &Scope, ids: &[i64]) -> Result<Self, index::Error> {
        let files = scope.files_with_all(ids).await?;
        let (mut labels, mut runs) = (BTreeSet::new(), BTreeSet::new());
        for annotation in files.iter().flat_map(|file| &file.annotations) {
            labels.extend(annotation.label);
            runs.extend(annotation.prediction.as_ref().and_then(|prediction| prediction.run));
        }
        let labels = scope.labels(&labels.into_iter().collect::<Vec<_>>()).await?;
        let runs = scope.runs(&runs.into_iter().collect::<Vec<_>>()).await?;
        Ok(Self {
            files,
            labels: labels.into_iter().map(|label| (label.id, label)).collect(),
            runs: runs.into_iter().map(|run| (run.id, run.name)).collect(),
        })
    }

    pub(super) fn label(&self, annotation: &Annotation) -> Option<&Label> {
        self.labels.get(&annotation.label?)
    }

    pub(super) fn run(&self, annotation: &Annotation) -> Option<&str> {
        self.runs.get(&annotation.prediction.as_ref()?.run?).map(String::as_str)
    }
}

/// Writes files down.
pub(super) trait Writer: Send {
    /// How often it goes through all files.
    fn passes(&self) -> usize {
        1
    }

    /// Before the first file of a pass.
    fn begin(&mut self, _pass: usize, _out: &mut String) {}

    /// A file.
    fn file(&mut self, pass: usize, file: &FileTile, page: &Page, out: &mut String);

    /// After the last file of the last pass.
    fn end(&mut self, _out: &mut String) {}
}

/// The pieces. `done` is called when the last was taken.
pub(super) fn written<R, F>(
    ids: Vec<i64>,
    mut writer: Box<dyn Writer>,
    read: R,
    done: impl FnOnce() + Send,
) -> impl Stream<Item = Result<Bytes, index::Error>> + Send
where
    R: Fn(Vec<i64>) -> F + Send,
    F: Future<Output = Result<Page, index::Error>> + Send,
{
    try_stream! {
        let mut out = String::new();
        for pass in 0..writer.passes() {
            writer.begin(pass, &mut out);
            for page in ids.chunks(PAGE) {
                let page = read(page.to_vec()).await?;
                for file in &page.files {
                    writer.file(pass, file, &page, &mut out);
                    if out.len() >= PIECE {
                        yield Bytes::from(std::mem::take(&mut out));
                    }
                }
                if !out.is_empty() {
                    yield Bytes::from(std::mem::take(&mut out));
                }
            }
        }
        writer.end(&mut out);
        if !out.is_empty() {
            yield Bytes::from(std::mem::take(&mut out));
        }
        done();
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use futures::StreamExt as _;
    use portal_model::{
        annotation::{Geometry, Prediction},
        file::{FileKind, FileSummary},
        id::{AnnotationId, FileId, ProjectId},
    };

    use super::{
        super::{coco::Coco, csv::Csv, lines::Lines},
        *,
    };

    /// A picture of 640 × 480 with these shapes.
    pub fn picture(id: i64, name: &str, annotations: Vec<Annotation>) -> FileTile {
        FileTile {
            project: ProjectId("acme-vision".into()),
            file: FileSummary {
                id: FileId(id),
                name: name.into(),
                kind: FileKind::Image,
                width: Some(640),
                height: Some(480),
                frame_count: None,
                frame_rate: None,
                has_thumb: true,
            },
            dataset: None,
            updated: None,
            task: None,
            truths: Some(0),
            predictions: Some(0),
            best: None,
            annotations,
        }
    }

    /// A shape with label 7, predicted by run 3 with this score, or drawn by somebody.
    pub fn shape(id: i64, geometry: Geometry, score: Option<Option<f64>>) -> Annotation {
        Annotation {
            id: AnnotationId(id),
            root: None,
            label: Some(LabelId(7)),
            geometry,
            prediction: score.map(|score| Prediction { run: Some(ModelRunId(3)), score }),
            track: None,
        }
    }

    pub fn page(files: Vec<FileTile>) -> Page {
        let label = Label { id: LabelId(7), name: "fa\"ce".into(), color: "#123456".into() };
        Page { files, labels: [(label.id, label)].into(), runs: [(ModelRunId(3), "haar".to_owned())].into() }
    }

    /// All that a writer writes of these files.
    pub async fn all(files: Vec<FileTile>, writer: impl Writer + 'static) -> String {
        let ids = files.iter().map(|file| file.file.id.0).collect();
        let files = Arc::new(files);
        let read = move |ids: Vec<i64>| {
            let files = files.iter().filter(|file| ids.contains(&file.file.id.0)).cloned().collect();
            async move { Ok(page(files)) }
        };
        let pieces: Vec<_> = written(ids, Box::new(writer), read, || {}).collect().await;
        pieces.into_iter().map(|piece| String::from_utf8(piece.unwrap().to_vec()).unwrap()).collect()
    }

    #[tokio::test]
    async fn a_hundred_thousand_files_are_read_a_page_at_a_time_and_only_as_they_are_taken() {
        const FILES: i64 = 100_000;
        let public = url::Url::parse("https://portal.example").unwrap();
        let writers: [(Box<dyn Writer>, usize); 3] =
            [(Box::new(Csv::new(public.clone())), 1), (Box::new(Lines::new(public)), 1), (Box::<Coco>::default(), 3)];
        for (writer, passes) in writers {
            let (pages, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let counted = pages.clone();
            let read = move |ids: Vec<i64>| {
                counted.fetch_add(1, Ordering::Relaxed);
                let of = |id| {
                    let at = Geometry::Box { x_min: 1.0, y_min: 2.0, x_max: 30.0, y_max: 40.0 };
                    picture(id, "a.jpg", vec![shape(id, at.clone(), None), shape(id + FILES, at, Some(Some(0.5)))])
                };
                async move { Ok(page(ids.into_iter().map(of).collect())) }
            };
            let ended = done.clone();
            let ids = (1..=FILES).collect();
            let mut stream = std::pin::pin!(written(ids, writer, read, move || {
                ended.fetch_add(1, Ordering::Relaxed);
            }));
            let (mut taken, mut lines) = (0, 0);
            while let Some(piece) = stream.next().await {
                let piece = piece.unwrap();
                taken += 1;
                lines += piece.iter().filter(|byte| **byte == b'\n').count();
                assert!(piece.len() < PIECE + 4096, "a piece of {} bytes", piece.len());
                // Each page is taken away, in at least one piece, before the next is read.
                assert!(pages.load(Ordering::Relaxed) <= taken, "read ahead of what was taken");
            }
            assert_eq!(pages.load(Ordering::Relaxed), FILES as usize / PAGE * passes);
            assert!(lines >= FILES as usize * passes);
            assert_eq!(done.load(Ordering::Relaxed), 1);
        }
    }

    #[tokio::test]
    async fn who_goes_away_ends_the_reading() {
        let pages = Arc::new(AtomicUsize::new(0));
        let counted = pages.clone();
        let read = move |ids: Vec<i64>| {
            counted.fetch_add(1, Ordering::Relaxed);
            async move { Ok(page(ids.into_iter().map(|id| picture(id, "a", Vec::new())).collect())) }
        };
        let public = url::Url::parse("https://portal.example").unwrap();
        let done = Arc::new(AtomicUsize::new(0));
        let ended = done.clone();
        {
            let all = written((0..10_000).collect(), Box::new(Csv::new(public)), read, move || {
                ended.fetch_add(1, Ordering::Relaxed);
            });
            let first: Vec<_> = std::pin::pin!(all).take(2).collect().await;
            assert_eq!(first.len(), 2);
        }
        assert!(pages.load(Ordering::Relaxed) <= 2);
        assert_eq!(done.load(Ordering::Relaxed), 0, "not done");
    }
}
