// Valid files to begin with: fuzz_seeds FOLDER PAGE, one folder inside for each program. PAGE is
// the documentation whose TOML snippets are taken.
#include <ATen/ops/arange.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "datasets/codecs/exr.h"
#include "datasets/codecs/pfm.h"

namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

void writeSnippets(const fs::path& folder, const fs::path& page) {
  std::ifstream stream(page);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const std::string begin = "```toml\n";
  int number = 0;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    write(folder / std::to_string(number++),
          text.substr(at, std::min(text.find("```", at), text.size()) - at));
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return std::fputs("usage: fuzz_seeds FOLDER PAGE\n", stderr), 2;
  const fs::path folder = arguments[1];
  const at::Tensor map = at::arange(35, at::kFloat).view({5, 7});
  for (const char* name : {"exr", "pfm"}) fs::create_directories(folder / name);
  fathom::writePfm(folder / "pfm" / "grey", map);
  fathom::writeExr(folder / "exr" / "depth", map);
  writeSnippets(folder / "toml", arguments[2]);
  write(folder / "names" / "any", "\ntrain-0000");
  write(folder / "names" / "tail", "{sample}_depth\na_depth.png");
  write(folder / "names" / "folder", "depth/{sample}/d.pfm\ndepth/a/d.pfm");
  write(folder / "answers" / "done", "\x05noise\nfathom done train-0001\nfathom done other\n");
  write(folder / "answers" / "failed", "\x02Loading\r\nfathom failed no \xc3\xa9 \x1b[31m\n");
}
