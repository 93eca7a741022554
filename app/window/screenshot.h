#pragma once

class QCommandLineParser;

namespace fathom {

class MainWindow;
class Workbench;

/// --screenshot FILE and what it may show: for documents, bug reports and tests of the window.
void declareScreenshotOptions(QCommandLineParser& parser);

/// Once the chosen sample's panes are fresh: saves the window as PNG and ends the program.
void takeScreenshotIfAsked(const QCommandLineParser& parser, MainWindow& window,
                           Workbench& workbench);

}  // namespace fathom
