#include "app/methods/command_line.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "app/methods/toml_reader.h"
#include "core/error.h"

namespace fathom {
namespace {

/// One word, filled by asking for every placeholder.
std::string filled(std::string_view word,
                   const std::function<std::string(std::string_view)>& valueOf) {
  std::string text;
  for (std::size_t at = 0; at < word.size(); ++at) {
    const char c = word[at];
    const bool doubled = at + 1 < word.size() && word[at + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      text += c;
      ++at;
    } else if (c == '{') {
      const std::size_t end = word.find('}', at);
      if (end == std::string_view::npos) {
        throw BadInput(fmt::format("\"{}\" opens a placeholder that does not end", word), "command",
                       "Write {{ for a single brace");
      }
      text += valueOf(word.substr(at + 1, end - at - 1));
      at = end;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::vector<std::string> splitCommand(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool another = at + 1 < text.size();
    if (quote) {
      if (c == quote) {
        quote = 0;
      } else if (quote == '"' && c == '\\' && another &&
                 (text[at + 1] == '"' || text[at + 1] == '\\')) {
        *word += text[++at];
      } else {
        *word += c;
      }
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\n') {
      if (word) words.push_back(*std::exchange(word, {}));
      continue;
    }
    if (!word) word.emplace();
    if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '\\' && another) {
      *word += text[++at];
    } else {
      *word += c;
    }
  }
  if (quote) throw BadInput(fmt::format("a quote ({}) does not end", quote), "command");
  if (word) words.push_back(*word);
  return words;
}

std::string joinCommand(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    if (!word.empty() && word.find_first_of(" \t\n'\"\\") == std::string::npos) {
      text += word;
      continue;
    }
    text += '"';
    for (const char c : word) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text;
}

std::vector<std::string> fillCommand(const std::vector<std::string>& words,
                                     const std::map<std::string, std::string>& values) {
  std::vector<std::string> done;
  for (const std::string& word : words) {
    done.push_back(filled(word, [&](std::string_view name) {
      const auto found = values.find(std::string(name));
      if (found != values.end()) return found->second;
      std::vector<std::string> known;
      for (const auto& [each, value] : values) known.push_back(each);
      throw BadInput(fmt::format("there is no placeholder {{{}}}", name), "command",
                     knownNames(name, known));
    }));
  }
  return done;
}

bool usesPlaceholder(const std::vector<std::string>& words, const std::string& name) {
  bool used = false;
  for (const std::string& word : words) {
    filled(word, [&](std::string_view each) {
      used = used || each == name;
      return std::string();
    });
  }
  return used;
}

}  // namespace fathom
