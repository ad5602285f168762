// librsvg draws into a cairo surface, which writes the PNG.
#include "reports/picture.hpp"

#include <cairo.h>
#include <fmt/format.h>
#include <librsvg/rsvg.h>

#include <cmath>
#include <memory>

#include "base/error.hpp"

namespace cartograph::reports {
namespace {

struct Free {
  void operator()(GError* error) const { g_error_free(error); }
  void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* drawing) const { cairo_destroy(drawing); }
};
template <class Type>
using Owned = std::unique_ptr<Type, Free>;

[[noreturn]] void refuse(GError* error) {
  const Owned<GError> owned(error);
  throw Error(fmt::format("a chart cannot be drawn as PNG: {}",
                          owned ? owned->message : "librsvg does not say why"));
}

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int size) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

std::string png_of(std::string_view svg, int width_px) {
  GError* error = nullptr;
  const Owned<RsvgHandle> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  if (!handle) refuse(error);
  double width = 0;
  double height = 0;
  if (rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height) == FALSE ||
      width <= 0) {
    throw Error("a chart cannot be drawn as PNG: it has no width");
  }
  const int height_px = static_cast<int>(std::lround(height * width_px / width));
  const Owned<cairo_surface_t> surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, width_px, height_px));
  const Owned<cairo_t> drawing(cairo_create(surface.get()));
  cairo_set_source_rgb(drawing.get(), 1, 1, 1);
  cairo_paint(drawing.get());
  const RsvgRectangle place{0, 0, static_cast<double>(width_px), static_cast<double>(height_px)};
  if (rsvg_handle_render_document(handle.get(), drawing.get(), &place, &error) == FALSE) {
    refuse(error);
  }
  std::string png;
  const cairo_status_t status = cairo_surface_write_to_png_stream(surface.get(), append, &png);
  if (status != CAIRO_STATUS_SUCCESS) {
    throw Error(
        fmt::format("a chart cannot be written as PNG: {}", cairo_status_to_string(status)));
  }
  return png;
}

}  // namespace cartograph::reports
