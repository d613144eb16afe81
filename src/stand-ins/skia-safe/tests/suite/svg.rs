//! SVG pictures.

use crate::support::{Picture, compare_with_golden, draw};
use skia_safe::FontMgr;
use skia_safe::svg::Dom;
use skia_safe::wrapper::PointerWrapper;

fn render(svg: &str, width: u16, height: u16) -> Picture {
    let dom = Dom::from_bytes(svg.as_bytes(), FontMgr::default()).expect("an SVG");
    draw(width, height, 0xff_000000, |c| dom.render(c))
}

#[test]
fn an_icon_has_its_size_and_shape() {
    let icon = r##"<svg xmlns="http://www.w3.org/2000/svg" width="24" height="20" viewBox="0 0 24 20" fill="none" stroke="#fff" stroke-width="2"><path d="M4 10h16"/></svg>"##;
    let dom = Dom::from_bytes(icon.as_bytes(), FontMgr::default()).expect("an SVG");
    assert_eq!((dom.inner().fContainerSize.fWidth, dom.inner().fContainerSize.fHeight), (24.0, 20.0));
    let picture = render(icon, 24, 20);
    assert_eq!(picture.at(12, 9), [255; 4]);
    assert_eq!(picture.at(12, 10), [255; 4]);
    assert_eq!(picture.at(12, 7), [0, 0, 0, 255]);
    assert_eq!(picture.at(2, 10), [0, 0, 0, 255]);
}

#[test]
fn a_picture_without_size_fills_its_container() {
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#fff"/></svg>"##;
    let mut dom = Dom::from_bytes(svg.as_bytes(), FontMgr::default()).expect("an SVG");
    dom.set_container_size((60.0, 40.0));
    let picture = draw(60, 40, 0xff_000000, |c| dom.render(c));
    assert_eq!(picture.at(30, 2), [255; 4], "as high as the container");
    assert_eq!(picture.at(5, 20), [0, 0, 0, 255], "in the middle, its proportions kept");
    assert_eq!(picture.at(52, 20), [0, 0, 0, 255]);
}

#[test]
fn fill_rules() {
    let rings = |rule: &str| {
        render(
            &format!(
                r##"<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30"><path fill="#fff" fill-rule="{rule}" d="M0 0h30v30h-30z M8 8h14v14h-14z"/></svg>"##
            ),
            30,
            30,
        )
    };
    assert_eq!(rings("evenodd").at(15, 15), [0, 0, 0, 255]);
    assert_eq!(rings("nonzero").at(15, 15), [255; 4]);
}

#[test]
fn clips_masks_opacity_and_blending() {
    let picture = render(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20">
        <defs>
          <clipPath id="one"><circle cx="10" cy="10" r="8"/></clipPath>
          <clipPath id="two"><rect x="22" y="2" width="6" height="16"/><rect x="32" y="2" width="6" height="16"/></clipPath>
          <mask id="m"><rect x="40" y="0" width="20" height="20" fill="#808080"/></mask>
        </defs>
        <rect width="20" height="20" fill="#fff" clip-path="url(#one)"/>
        <rect x="20" width="20" height="20" fill="#fff" clip-path="url(#two)"/>
        <rect x="40" width="20" height="20" fill="#fff" mask="url(#m)"/>
        <g opacity="0.5"><rect x="60" width="12" height="20" fill="#fff"/><rect x="66" width="14" height="20" fill="#f00"/></g>
        </svg>"##,
        80,
        20,
    );
    assert_eq!(picture.at(10, 10), [255; 4]);
    assert_eq!(picture.at(1, 1), [0, 0, 0, 255]);
    for (x, lit) in [(21, false), (25, true), (30, false), (35, true)] {
        assert_eq!(picture.at(x, 10)[0] == 255, lit, "{x}: {:?}", picture.at(x, 10));
    }
    assert!(picture.at(50, 10)[0].abs_diff(128) <= 2, "{:?}", picture.at(50, 10));
    assert!(picture.at(62, 10)[1].abs_diff(128) <= 1);
    assert!(picture.at(68, 10)[1] == 0 && picture.at(68, 10)[0].abs_diff(128) <= 1);
}

#[test]
fn golden() {
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="120" viewBox="0 0 200 120">
      <defs>
        <linearGradient id="l" x1="0" x2="1" spreadMethod="reflect" gradientTransform="scale(.5)"><stop offset="0" stop-color="#f0b24a"/><stop offset="1" stop-color="#62cfc4"/></linearGradient>
        <radialGradient id="r" fx=".3" fy=".3"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#7cc7f2" stop-opacity=".2"/></radialGradient>
        <pattern id="p" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(20)"><circle cx="4" cy="4" r="2.5" fill="#f2786b"/></pattern>
        <g id="leaf"><path d="M0 0c10-20 30-20 40 0c-10 20-30 20-40 0z"/></g>
      </defs>
      <rect x="8" y="8" width="80" height="40" rx="8" fill="url(#l)"/>
      <circle cx="130" cy="30" r="24" fill="url(#r)" stroke="#fff" stroke-dasharray="6 3" stroke-width="1.5"/>
      <rect x="8" y="60" width="60" height="50" fill="url(#p)"/>
      <path d="M80 110 L95 64 L110 110" fill="none" stroke="url(#p)" stroke-width="10" stroke-linejoin="round"/>
      <use xlink:href="#leaf" transform="translate(130 85) rotate(-30)" fill="#8fd694"/>
      <use xlink:href="#leaf" transform="translate(140 85) rotate(30)" fill="#d98ad0" style="mix-blend-mode:screen"/>
      <svg x="165" y="5" width="30" height="30" viewBox="0 0 10 10"><path d="M1 9L5 1l4 8z" fill="#f0b24a"/></svg>
    </svg>"##;
    compare_with_golden("svg", &render(svg, 200, 120));
}
