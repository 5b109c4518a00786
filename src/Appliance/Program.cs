Console.WriteLine(Store.Database.Probe());
