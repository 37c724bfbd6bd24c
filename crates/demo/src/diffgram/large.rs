//! What the size flags add: files in bulk with their boxes, and two extremes. Boxes are made when they are asked for, the same
//! each time: two million of them would not fit otherwise.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{
    Options,
    data::{Boxes, Dataset, Drawn, File, Picture, Rect, World, thumb},
};
use crate::people::Person;

/// Datasets that files in bulk are spread over.
const BULK_DATASETS: i64 = 20;
/// The first of their datasets.
const FIRST_DATASET: i64 = 41;
/// The dataset of the extremes.
const EXTREMES: (i64, &str) = (61, "extremes");
/// The first file in bulk.
const FIRST_BULK: i64 = 2_000_001;
/// Boxes on a file in bulk at the most.
const MOST: usize = 40;
/// Boxes on the one picture, and frames of the one clip.
const MANY: u32 = 10_000;

/// Numbers that look like chance and are the same each time (SplitMix64).
fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678_9ABC_DEF1);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// One of `0..below`, from a part of the bits.
fn part(bits: u64, shift: u32, below: i64) -> i64 {
    let below = u64::try_from(below).unwrap_or(1).max(1);
    i64::try_from((bits >> shift) % below).unwrap_or_default()
}

/// Four digits, as detectors write scores.
#[expect(clippy::cast_precision_loss, reason = "at most ten thousand")]
fn score(ten_thousandths: i64) -> f64 {
    ten_thousandths.clamp(0, 10_000) as f64 / 10_000.0
}

/// How many boxes each of two neighbours gets of their share: from none to twice the middle, never above the most.
fn shared_out(pair: usize, pairs: usize, all: usize) -> (usize, usize) {
    let share = (pair + 1) * all / pairs - pair * all / pairs;
    let (low, high) = (share.saturating_sub(MOST), share.min(MOST));
    let first = low + usize::try_from(mix(pair as u64) % (high - low + 1) as u64).unwrap_or_default();
    (first, share - first)
}

impl World {
    /// Adds what the flags ask for.
    pub(super) fn grow(&mut self, options: &Options) -> anyhow::Result<()> {
        let (files, boxes) = (options.more_files, options.more_annotations);
        anyhow::ensure!(
            boxes <= files / 2 * 2 * MOST,
            "{boxes} annotations need more files: at most {MOST} are on each, and {files} files are asked for"
        );
        if files > 0 {
            self.make_bulk(files, boxes);
        }
        if options.extremes {
            self.make_extremes()?;
        }
        Ok(())
    }

    fn make_bulk(&mut self, files: usize, boxes: usize) {
        for n in 0..BULK_DATASETS {
            self.datasets.push(Dataset { id: FIRST_DATASET + n, project: 0, name: format!("bulk-{:02}", n + 1) });
        }
        let pictures: Vec<usize> =
            self.pictures.iter().enumerate().filter(|(_, picture)| picture.kind != "video").map(|(n, _)| n).collect();
        let first = self.ago(SignedDuration::from_hours(24 * 60));
        for n in 0..files {
            let at = n as i64;
            let picture = pictures[n % pictures.len()];
            // Where the number of files is odd, the last one stays empty.
            let count = if n / 2 < files / 2 {
                let (one, other) = shared_out(n / 2, files / 2, boxes);
                if n.is_multiple_of(2) { one } else { other }
            } else {
                0
            };
            let created = first.checked_add(SignedDuration::from_millis(at * 25_013)).unwrap_or(first);
            let name = format!("{}-bulk-{:06}.jpg", self.pictures[picture].stem, n + 1);
            let file = File {
                boxes: Boxes::Made(u32::try_from(count).unwrap_or_default()),
                ..File::new(0, picture, name, created, vec![FIRST_DATASET + at % BULK_DATASETS])
            };
            self.put_file(FIRST_BULK + at, file);
        }
    }

    fn make_extremes(&mut self) -> anyhow::Result<()> {
        self.datasets.push(Dataset { id: EXTREMES.0, project: 0, name: EXTREMES.1.to_owned() });
        let large = self.pictures.iter().position(|picture| picture.stem == "retina").unwrap_or_default();
        let frames = self.pictures.iter().find(|picture| picture.kind == "video").map(stretches).unwrap_or_default();
        let clip = self.pictures.len();
        self.pictures.push(Picture {
            stem: "ten-thousand-frames".into(),
            kind: "video",
            width: 320,
            height: 240,
            full: include_bytes!("../../media/ten-thousand-frames.mp4"),
            thumb: thumb(include_bytes!("../../media/coffee.jpg"))?,
            drawn: Vec::new(),
            frames,
            frame_count: i64::from(MANY),
        });
        let ana = Person::by_email("ana@acme.example").map(Person::user_id);
        for (picture, name, boxes) in [
            (large, "ten-thousand-boxes.jpg", Boxes::Spread(MANY)),
            (clip, "ten-thousand-frames.mp4", Boxes::OfPicture),
        ] {
            let task = self.add_in(0, picture, name.to_owned(), ana, (6, EXTREMES));
            let file = self.tasks.get(&task).map_or(0, |task| task.file);
            if let Some(file) = self.files.get_mut(&file) {
                file.boxes = boxes;
            }
        }
        Ok(())
    }

    /// What is drawn on a file that is no video, in its order.
    pub(super) fn boxes_of(&self, id: i64, file: &File) -> Vec<Drawn> {
        let picture = &self.pictures[file.picture];
        let mut boxes = match file.boxes {
            Boxes::OfPicture => picture.drawn.clone(),
            Boxes::Made(count) => made(picture, id, count),
            Boxes::Spread(count) => self.spread(picture, count),
        };
        boxes.extend(file.drawn.iter().cloned());
        boxes
    }

    /// Many boxes all over a picture: of several labels, two runs, and every fifth by a person.
    fn spread(&self, picture: &Picture, count: u32) -> Vec<Drawn> {
        let count = i64::from(count);
        let columns = (1..).find(|n| n * n >= count).unwrap_or(1);
        let (width, height) = (picture.width / columns, picture.height / columns);
        let boxes = (0..count).map(|n| {
            let bits = mix(n.unsigned_abs());
            let (x, y) = (n % columns * width, n / columns * height);
            let rect = Rect {
                x_min: x + part(bits, 0, 2),
                y_min: y + part(bits, 4, 2),
                x_max: (x + width - 2 + part(bits, 8, 6)).min(picture.width),
                y_max: (y + height - 2 + part(bits, 12, 6)).min(picture.height),
            };
            let label = usize::try_from(part(bits, 16, self.labels.len().min(5) as i64)).unwrap_or_default();
            let run = usize::try_from(part(bits, 24, self.runs.len().min(2) as i64)).unwrap_or_default();
            let prediction = (n % 5 > 0).then(|| (self.runs[run].0, score(500 + part(bits, 32, 9_501))));
            Drawn { label: self.labels[label].0, rect, prediction, number: None }
        });
        boxes.collect()
    }
}

/// Boxes like those of the picture, moved a little, with scores that differ a little.
fn made(picture: &Picture, id: i64, count: u32) -> Vec<Drawn> {
    let boxes = (0..i64::from(count)).map(|n| {
        let bits = mix((id * 64 + n).unsigned_abs());
        let like = &picture.drawn[usize::try_from(part(bits, 0, picture.drawn.len() as i64)).unwrap_or_default()];
        let (rect, by) = (like.rect, |shift: u32| part(bits, shift, 25) - 12);
        let (width, height) = (rect.x_max - rect.x_min, rect.y_max - rect.y_min);
        let x_min = (rect.x_min + by(16)).clamp(0, (picture.width - width).max(0));
        let y_min = (rect.y_min + by(24)).clamp(0, (picture.height - height).max(0));
        let rect = Rect { x_min, y_min, x_max: x_min + width, y_max: y_min + height };
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        let near = |like: f64| score((like * 10_000.0) as i64 + part(bits, 32, 4_001) - 2_000);
        let prediction = like.prediction.map(|(run, score)| (run, near(score)));
        Drawn { label: like.label, rect, prediction, number: None }
    });
    boxes.collect()
}

/// What is drawn on the long clip: two hundred stretches of some frames each, as the short one has them.
fn stretches(short: &Picture) -> BTreeMap<u32, Vec<Drawn>> {
    let mut frames = BTreeMap::new();
    let length_of_short = u32::try_from(short.frame_count).unwrap_or(1).max(1);
    for stretch in 0..MANY / 50 {
        let bits = mix(u64::from(stretch));
        let (first, length) = (stretch * 50 + bits as u32 % 20, 10 + (bits >> 8) as u32 % 20);
        for frame in first..first + length {
            // The long one is the short one forth and back, again and again.
            let at = frame % (2 * length_of_short);
            let at = if at < length_of_short { at } else { 2 * length_of_short - 1 - at };
            if let Some(boxes) = short.frames.get(&at) {
                frames.insert(frame, boxes.clone());
            }
        }
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(more_files: usize, more_annotations: usize) -> World {
        World::new(&Options { more_files, more_annotations, extremes: true, ..Options::default() }).expect("a world")
    }

    #[test]
    fn exactly_as_many_boxes_as_asked_for_and_never_more_than_forty_on_a_file() {
        for (files, boxes) in [(100, 2_000), (101, 777), (100, 4_000), (60, 0), (2, 1)] {
            let world = world(files, boxes);
            let counts =
                world.files.iter().filter(|(id, _)| **id >= FIRST_BULK).map(|(id, f)| world.boxes_of(*id, f).len());
            let counts: Vec<usize> = counts.collect();
            assert_eq!((counts.len(), counts.iter().sum::<usize>()), (files, boxes));
            assert!(counts.iter().all(|n| *n <= MOST), "{files} {boxes}");
        }
        let options = Options { more_files: 10, more_annotations: 401, ..Options::default() };
        assert!(World::new(&options).is_err(), "they do not fit");
    }

    #[test]
    fn boxes_are_inside_their_picture_and_the_same_each_time() {
        let world = world(60, 1_200);
        let (mut people, mut predictions) = (0, 0);
        for (id, file) in &world.files {
            let picture = &world.pictures[file.picture];
            let boxes = world.boxes_of(*id, file);
            assert_eq!(format!("{boxes:?}"), format!("{:?}", world.boxes_of(*id, file)));
            for Drawn { rect, prediction, .. } in boxes.into_iter().filter(|_| file.boxes != Boxes::OfPicture) {
                assert!(0 <= rect.x_min && rect.x_min < rect.x_max && rect.x_max <= picture.width, "{id} {rect:?}");
                assert!(0 <= rect.y_min && rect.y_min < rect.y_max && rect.y_max <= picture.height, "{id} {rect:?}");
                assert!(prediction.is_none_or(|(_, score)| (0.0..=1.0).contains(&score)));
                *if prediction.is_some() { &mut predictions } else { &mut people } += 1;
            }
        }
        assert!(people > 2_000 && predictions > 8_000, "{people} {predictions}");
    }

    #[test]
    fn the_extremes_are_as_large_as_they_say() {
        let world = world(0, 0);
        let named = |name: &str| world.files.iter().find(|(_, file)| file.name == name).expect("an extreme");
        let (id, file) = named("ten-thousand-boxes.jpg");
        let boxes = world.boxes_of(*id, file);
        assert_eq!(boxes.len(), 10_000);
        let differ = |of: fn(&Drawn) -> i64| boxes.iter().map(of).collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!((differ(|b| b.label), differ(|b| b.prediction.map_or(0, |(run, _)| run))), (5, 3));
        let clip = &world.pictures[named("ten-thousand-frames.mp4").1.picture];
        assert_eq!(clip.frame_count, 10_000);
        assert!(clip.frames.keys().all(|frame| i64::from(*frame) < clip.frame_count));
        assert!(clip.frames.len() > 2_000 && clip.frames.len() < 8_000, "{}", clip.frames.len());
        // What the file itself says: the sample count of its one track's `stsz` box.
        let at = clip.full.windows(4).position(|four| four == b"stsz").expect("a sample table");
        let count: [u8; 4] = clip.full[at + 12..at + 16].try_into().expect("four bytes");
        assert_eq!(u32::from_be_bytes(count), MANY);
    }
}
