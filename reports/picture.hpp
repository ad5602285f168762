// SVG as PNG, by librsvg. Pure, thread-safe. Text needs a font on the machine (DejaVu Sans).
#pragma once

#include <string>
#include <string_view>

namespace cartograph::reports {

/// `svg`, which names its width and height, as a PNG that is `width_px` wide. Throws Error where it
/// is no SVG.
std::string png_of(std::string_view svg, int width_px);

}  // namespace cartograph::reports
