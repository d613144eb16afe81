//! Pictures compared with ones looked at before.

mod support;

use support::scene::{HEIGHT, Scene, WIDTH};
use support::{Picture, compare_with_golden, fonts};

#[test]
fn editor_scene() {
    for (scale, name) in [(1.0, "editor"), (2.0, "editor-2x")] {
        let scene = Scene::new(&fonts(), scale);
        let mut surface = skia_safe::raster::surface((WIDTH * scale) as u16, (HEIGHT * scale) as u16).expect("a surface");
        scene.draw(surface.canvas(), 0.3);
        compare_with_golden(name, &Picture::of(&mut surface));
    }
}
