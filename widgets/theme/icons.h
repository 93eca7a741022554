#pragma once

#include <QColor>
#include <QIcon>
#include <QString>
#include <QStringList>

namespace fathom {

/// One of our line icons (resources/icons/NAME.svg, drawn on 20×20), for 16 and 20 px and any
/// device pixel ratio. It is painted anew in the theme's colours whenever it is shown, so it
/// follows a change of theme; disabled it is faint.
/// @param colour  instead of the theme's text colour, for instance on an accent button
/// @return a null icon where there is no such name
QIcon themedIcon(const QString& name, const QColor& colour = {});

/// The names of all icons.
QStringList iconNames();

}  // namespace fathom
