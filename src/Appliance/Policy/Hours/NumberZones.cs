namespace Appliance.Policy.Hours;

/// <summary>
/// Prefixes that tell a zone within their country, as data: a row is zones with commas between them, then prefixes;
/// + goes on with the row above. Area codes of North America from libphonenumber's map of prefixes to time zones
/// (8.12.57, Apache-2.0), where a code in two zones has both; Brazil's area codes by
/// state: Mato Grosso, Mato Grosso do Sul, Rondonia, Roraima and Amazonas one hour behind Brasilia, Acre and Amazonas'
/// west two, Noronha (which shares Pernambuco's 81) one ahead, as tzdata's zone.tab has them. Elsewhere mobile
/// numbers tell no zone; nor do codes that are younger than the map, and then all zones of the country count.
/// </summary>
internal static class NumberZones
{
    public const string Table = """
        America/New_York 1201 1202 1203 1207 1212 1215 1216 1220 1223 1226 1229 1231 1234 1239 1240 1248 1249 1252
        + 1260 1263 1267 1269 1272 1276 1283 1289 1301 1302 1304 1305 1313 1315 1317 1321 1326 1330 1332 1336 1339
        + 1343 1347 1351 1352 1364 1365 1367 1380 1386 1401 1404 1407 1410 1412 1413 1416 1419 1434 1438 1440 1443
        + 1445 1450 1463 1468 1470 1475 1478 1484 1502 1508 1513 1514 1516 1517 1518 1519 1540 1548 1551 1561
        + 1567 1570 1571 1579 1581 1582 1585 1586 1603 1607 1609 1610 1613 1614 1616 1617 1631 1640 1646 1647 1656
        + 1667 1678 1680 1681 1703 1704 1705 1706 1716 1717 1718 1724 1727 1732 1734 1740 1742 1743 1753 1754 1757
        + 1762 1765 1770 1771 1772 1774 1781 1786 1802 1803 1804 1810 1813 1814 1819 1826 1828 1838 1839 1843 1845
        + 1848 1854 1856 1857 1859 1860 1862 1863 1864 1865 1873 1878 1904 1905 1908 1910 1912 1914 1917 1919 1929
        + 1930 1934 1937 1941 1943 1947 1948 1954 1959 1973 1978 1980 1984 1989
        America/Chicago 1204 1205 1210 1214 1217 1218 1224 1225 1228 1251 1254 1256 1262 1281 1309 1312 1314 1316
        + 1318 1319 1320 1325 1331 1334 1337 1346 1361 1402 1405 1409 1414 1417 1430 1431 1432 1437 1447 1464 1469
        + 1474 1479 1501 1504 1507 1512 1515 1531 1534 1539 1563 1572 1573 1580 1584 1601 1608 1612 1615 1618 1629
        + 1630 1636 1641 1651 1659 1660 1662 1682 1689 1708 1712 1713 1715 1726 1731 1737 1763 1769 1773 1779 1806
        + 1815 1816 1817 1830 1832 1847 1870 1872 1901 1903 1913 1918 1920 1931 1936 1938 1940 1945 1952 1956 1972
        + 1979 1985
        America/Los_Angeles 1206 1209 1213 1236 1253 1279 1310 1323 1341 1360 1408 1415 1424 1425 1442 1458 1503
        + 1509 1510 1530 1559 1562 1564 1604 1619 1626 1628 1650 1657 1661 1669 1672 1702 1707 1714 1725 1747 1760
        + 1778 1805 1818 1820 1831 1840 1858 1909 1916 1925 1949 1951 1971
        America/Denver 1303 1307 1368 1385 1403 1406 1435 1505 1575 1587 1719 1720 1780 1801 1825 1915 1970
        America/New_York,America/Chicago 1219 1270 1423 1448 1574 1606 1807 1812 1850 1906
        America/Denver,America/Los_Angeles 1208 1250 1541 1775 1986
        America/Denver,America/Chicago 1308 1605 1620 1701 1785
        America/Denver,America/Phoenix 1480 1520 1602 1928
        America/Halifax 1506 1782 1902
        America/Regina 1306 1639
        America/Halifax,America/New_York 1418
        America/Phoenix 1623
        America/Halifax,America/Puerto_Rico,America/St_Johns 1709
        Pacific/Honolulu 1808
        America/Adak,America/Anchorage,Pacific/Honolulu 1907
        America/Sao_Paulo 55
        America/Manaus 5565 5566 5567 5569 5592 5595
        America/Manaus,America/Rio_Branco 5597
        America/Rio_Branco 5568
        America/Sao_Paulo,America/Noronha 5581
        """;
}
